package io.waybill.mapping;

/** Expressions that need the whole language. */
final class Cel {
    private Cel() {}

    @SuppressWarnings("DoNotCallSuggester")
    static Expression.Typed compile(String text, Scope scope) throws MappingException {
        throw new MappingException(0, "expression " + text + " is more than a name: " + scope.roots(), null);
    }
}
