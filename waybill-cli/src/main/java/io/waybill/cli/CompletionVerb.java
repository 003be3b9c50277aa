package io.waybill.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a completion script. */
@Command(
        description = "The script completes commands, options and their fixed values.",
        footer = {
            "waybill completion bash > ~/.local/share/bash-completion/completions/waybill",
            "waybill completion zsh  > ~/.zfunc/_waybill",
            "waybill completion fish > ~/.config/fish/completions/waybill.fish"
        })
final class CompletionVerb extends Verb {
    @Parameters(index = "0", paramLabel = "SHELL", description = "bash, zsh or fish.")
    String shell = "";

    CompletionVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    Exit call() {
        Completion completion = new Completion(Tree.all(waybill));
        switch (shell) {
            case "bash" -> screen().text(completion.bash());
            case "zsh" -> screen().text(completion.zsh());
            case "fish" -> screen().text(completion.fish());
            default ->
                throw new CliException(
                        Code.USAGE,
                        "SHELL is one of bash, zsh, fish, not " + io.waybill.report.Texts.safe(shell) + ".");
        }
        return Exit.DONE;
    }
}
