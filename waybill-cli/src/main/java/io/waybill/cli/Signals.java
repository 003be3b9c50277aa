package io.waybill.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.LoggerFactory;

/** Where a command hears the signals of the operating system; the newest listener to a signal is the only one. */
interface Signals {
    /** Nobody sends any. */
    Signals NONE = (name, action) -> {};

    /** Calls back on each signal of this name, for example {@code INT}, in a thread of its own. */
    void listen(String name, Runnable action);

    /**
     * Those that are sent to this process. Java has no official way to hear them, and shutdown hooks cannot tell a first Ctrl-C
     * from a second, so this uses {@code sun.misc.Signal} where it is there; elsewhere signals end the process as usual.
     */
    static void ofProcess(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler call = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    action.run();
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> arguments != null && proxy == arguments[0];
                default -> "handler of " + name;
            };
            Object listener = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, call);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
        } catch (ReflectiveOperationException e) {
            LoggerFactory.getLogger(Signals.class).debug("signal cannot be heard name={}", name);
        }
    }
}
