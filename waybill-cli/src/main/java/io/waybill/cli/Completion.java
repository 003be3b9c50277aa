package io.waybill.cli;

import io.waybill.ledger.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Writes completion scripts from what the parser knows. */
final class Completion {
    private final CommandLine root;
    /** What can follow an option or stand as an argument, where that is fixed. */
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    private final Map<String, List<String>> arguments = new LinkedHashMap<>();

    Completion(CommandLine root) {
        this.root = root;
        values.put("--progress", Progress.CHOICES);
        values.put("--log-level", Logs.LEVELS);
        values.put("--log-format", List.of("text", "json"));
        values.put("--until", RunVerb.UNTIL);
        values.put("--by", StatusVerb.BY);
        values.put("--format", ReportVerb.FORMATS);
        values.put(
                "--state",
                Arrays.stream(State.values())
                        .map(state -> state.word().replace(' ', '_'))
                        .toList());
        arguments.put("init", Templates.names());
        arguments.put("ledger", LedgerVerb.ACTIONS);
        arguments.put("schedule", ScheduleVerb.ACTIONS);
        arguments.put("completion", List.of("bash", "zsh", "fish"));
        List<String> help = new ArrayList<>(Catalog.names());
        help.addAll(Topic.names());
        arguments.put("help", help);
    }

    private static List<String> options(CommandLine command) {
        List<String> names = new ArrayList<>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            names.addAll(Arrays.asList(option.names()));
        }
        return names;
    }

    /** Options whose value is a file: the shell completes those itself. */
    private static final List<String> FILES =
            List.of("-f", "--plan-file", "--env-file", "--ledger", "--log-file", "-o");

    String bash() {
        StringBuilder script = new StringBuilder("# bash completion for waybill\n_waybill() {\n");
        script.append("  local cur prev verb word i\n  COMPREPLY=()\n  cur=${COMP_WORDS[COMP_CWORD]}\n");
        script.append("  prev=${COMP_WORDS[COMP_CWORD-1]}\n  verb=\n");
        script.append("  for ((i = 1; i < COMP_CWORD; i++)); do\n    word=${COMP_WORDS[i]}\n    case $word in\n");
        script.append("      ").append(String.join("|", Catalog.names())).append(") verb=$word; break;;\n");
        script.append("    esac\n  done\n  case $prev in\n");
        values.forEach((option, choices) -> script.append("    ")
                .append(option)
                .append(") COMPREPLY=($(compgen -W \"")
                .append(String.join(" ", choices))
                .append("\" -- \"$cur\")); return;;\n"));
        script.append("    ")
                .append(String.join("|", FILES))
                .append(") COMPREPLY=($(compgen -f -- \"$cur\")); return;;\n");
        script.append("  esac\n  local options words\n  case $verb in\n");
        for (Catalog.Entry verb : Catalog.VERBS) {
            script.append("    ")
                    .append(verb.name())
                    .append(") options=\"")
                    .append(String.join(" ", options(Tree.command(root, verb.name()))))
                    .append("\"; words=\"")
                    .append(String.join(" ", arguments.getOrDefault(verb.name(), List.of())))
                    .append("\";;\n");
        }
        script.append("    *) options=\"")
                .append(String.join(" ", options(root)))
                .append("\"; words=\"")
                .append(String.join(" ", Catalog.names()))
                .append("\";;\n  esac\n");
        script.append("  if [[ $cur == -* ]]; then\n    COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n");
        script.append("  elif [[ -n $words ]]; then\n    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n");
        script.append("  else\n    COMPREPLY=($(compgen -f -- \"$cur\"))\n  fi\n}\n");
        return script.append("complete -o filenames -F _waybill waybill ./waybill\n")
                .toString();
    }

    String zsh() {
        return "#compdef waybill\n# zsh completion for waybill: the bash script under zsh's emulation\n"
                + "autoload -U +X bashcompinit && bashcompinit\n" + bash();
    }

    String fish() {
        StringBuilder script = new StringBuilder("# fish completion for waybill\n");
        script.append("set -l verbs ").append(String.join(" ", Catalog.names())).append('\n');
        for (Catalog.Entry verb : Catalog.VERBS) {
            script.append("complete -c waybill -f -n \"not __fish_seen_subcommand_from $verbs\" -a ")
                    .append(verb.name())
                    .append(" -d ")
                    .append(quoted(verb.summary()))
                    .append('\n');
        }
        for (OptionSpec option : root.getCommandSpec().options()) {
            script.append("complete -c waybill").append(names(option)).append('\n');
        }
        for (Catalog.Entry verb : Catalog.VERBS) {
            String seen = " -n \"__fish_seen_subcommand_from " + verb.name() + "\"";
            for (OptionSpec option :
                    Tree.command(root, verb.name()).getCommandSpec().options()) {
                if (!option.inherited()) {
                    script.append("complete -c waybill")
                            .append(seen)
                            .append(names(option))
                            .append('\n');
                }
            }
            if (arguments.containsKey(verb.name())) {
                script.append("complete -c waybill -f").append(seen).append(" -a ");
                script.append(quoted(String.join(" ", arguments.getOrDefault(verb.name(), List.of()))))
                        .append('\n');
            }
        }
        return script.toString();
    }

    private String names(OptionSpec option) {
        StringBuilder names = new StringBuilder();
        for (String name : option.names()) {
            names.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        List<String> choices = values.get(option.longestName());
        if (choices != null) {
            names.append(" -x -a ").append(quoted(String.join(" ", choices)));
        } else if (option.arity().max() > 0 && !option.longestName().equals("--yes")) {
            names.append(" -r");
        }
        return names + " -d " + quoted(String.join(" ", option.description()));
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
