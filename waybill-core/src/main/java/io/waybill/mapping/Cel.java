package io.waybill.mapping;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.parser.CelParser;
import dev.cel.parser.CelParserFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Expressions that need the whole language: parsed by CEL's own parser, then checked and compiled by {@link Translation}. */
final class Cel {
    private static final CelParser PARSER = CelParserFactory.standardCelParserBuilder()
            .setOptions(CelOptions.current()
                    .enableQuotedIdentifierSyntax(true)
                    .enableReservedIds(true)
                    .maxExpressionCodePointSize(Expression.LONGEST)
                    .maxParseRecursionDepth(64)
                    .maxParseErrorRecoveryLimit(1)
                    .populateMacroCalls(false)
                    .build())
            .build();

    private static final Pattern QUOTED = Pattern.compile("(?:input|at:|missing) '(.*?)'");

    private Cel() {}

    static Expression.Typed compile(String text, Scope scope) throws MappingException {
        if (text.isBlank()) {
            throw new MappingException(0, "an expression is missing", null);
        }
        CelValidationResult parsed = PARSER.parse(text);
        try {
            CelAbstractSyntaxTree tree = parsed.getAst();
            return new Translation(text, tree, scope).translate();
        } catch (CelValidationException e) {
            throw syntax(text, parsed.getErrors().get(0));
        }
    }

    private static MappingException syntax(String text, CelIssue issue) {
        int position = position(text, issue);
        String said = issue.getMessage();
        if (said.contains("recursion") || said.contains("nest")) {
            return new MappingException(position, "the expression is nested too deep", "make it simpler");
        } else if (said.contains("reserved identifier")) {
            return new MappingException(
                    position, said.replaceFirst("^.*reserved identifier:? *", "a reserved word: "), null);
        }
        Matcher quoted = QUOTED.matcher(said.replace('\n', ' '));
        String found = quoted.find() ? quoted.group(1).strip() : "";
        String message = found.equals("<EOF>") || position >= text.length()
                ? "the expression ends too soon"
                : found.isEmpty() ? "cannot be understood: " + oneLine(said) : "\"" + found + "\" cannot stand here";
        return new MappingException(position, message, hint(text, position));
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() > 120 ? line.substring(0, 120) + "..." : line;
    }

    /** What people write who come from other languages. */
    private static @Nullable String hint(String text, int position) {
        String rest = text.substring(Math.min(position, text.length()));
        if (rest.startsWith("=") && !rest.startsWith("==")) {
            return "equality is ==";
        } else if (rest.startsWith("<>") || rest.startsWith(">")) {
            return rest.startsWith("<>") || text.startsWith("<", Math.max(0, position - 1)) ? "inequality is !=" : null;
        } else if (rest.startsWith("and ") || rest.startsWith("AND ")) {
            return "and is &&";
        } else if (rest.startsWith("or ") || rest.startsWith("OR ")) {
            return "or is ||";
        } else if (text.regionMatches(true, Math.max(0, position - 4), "not ", 0, 4)) {
            return "not is !";
        }
        return null;
    }

    private static int position(String text, CelIssue issue) {
        int line = issue.getSourceLocation().getLine();
        int start = 0;
        for (int i = 1; i < line && start >= 0; i++) {
            start = text.indexOf('\n', start) + 1;
        }
        int column = Math.max(0, issue.getSourceLocation().getColumn());
        int left = text.codePointCount(start, text.length());
        return text.offsetByCodePoints(start, Math.min(column, left));
    }
}
