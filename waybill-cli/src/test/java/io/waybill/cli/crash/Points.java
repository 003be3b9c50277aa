package io.waybill.cli.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Places at which a process dies: all of them, or in an ordinary build a sample, which is said. */
final class Points {
    private Points() {}

    static Stream<Arguments> of(Class<?> test, List<Arguments> all, int size, long otherwise) {
        if ("all".equals(System.getProperty("waybill.crash"))) {
            return all.stream();
        }
        long seed = Long.getLong("waybill.seed", otherwise);
        System.out.println(test.getSimpleName() + ": a sample of " + size + " of " + all.size() + " points, seed "
                + seed + "; all of them: ./mvnw verify -Pcrash");
        SplittableRandom random = new SplittableRandom(seed);
        List<Arguments> left = new ArrayList<>(all);
        List<Arguments> sample = new ArrayList<>();
        while (sample.size() < size) {
            sample.add(left.remove(random.nextInt(left.size())));
        }
        return sample.stream();
    }
}
