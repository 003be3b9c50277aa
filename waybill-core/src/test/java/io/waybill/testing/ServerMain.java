package io.waybill.testing;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs another main class and halts the JVM when standard input ends, which it does when the JVM that started this one is
 * gone, even killed.
 */
public final class ServerMain {
    private ServerMain() {}

    public static void main(String[] args) throws Throwable {
        Thread watch = new Thread(ServerMain::haltAtEndOfInput, "halt at end of input");
        watch.setDaemon(true);
        watch.start();
        try {
            Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void haltAtEndOfInput() {
        try {
            while (System.in.read() >= 0) {}
        } catch (IOException e) {
            // A broken pipe is an end too.
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }
}
