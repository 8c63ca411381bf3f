import { Argument, type Command } from "commander";
import { exitCode } from "../errors.ts";
import { type Bind, plainCommand } from "./command.ts";

/**
 * Offers what `counter-gen complete` answers, and names of files where that is
 * nothing. The library's own script for bash needs the package bash-completion,
 * and evaluates what was typed.
 */
const bash = `# bash completion for counter-gen
_counter_gen() {
	local line
	COMPREPLY=()
	while IFS= read -r line; do
		[[ $line == :* ]] || COMPREPLY+=("\${line%%$'\\t'*}")
	done < <(counter-gen complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _counter_gen counter-gen
`;

export function completionCommand(bind: Bind): Command {
	return plainCommand("completion", "print a script that completes commands", [
		"source <(counter-gen completion bash)    # in ~/.bashrc",
		"source <(counter-gen completion zsh)     # in ~/.zshrc, after compinit",
		"counter-gen completion fish > ~/.config/fish/completions/counter-gen.fish",
	])
		.addArgument(
			new Argument("<shell>", "to complete in").choices([
				"bash",
				"zsh",
				"fish",
			]),
		)
		.action(
			bind(async ({ report }, _, [shell = ""]) => {
				const script = shell === "bash" ? bash : await libraryScript(shell);
				report.result(script, { ok: true, shell, script });
				return exitCode.done;
			}),
		);
}

/** Catches the script that the library prints. */
async function libraryScript(shell: string): Promise<string> {
	const { script } = await import("@bomb.sh/tab");
	const { log } = console;
	let text = "";
	console.log = (line: string) => {
		text += `${line}\n`;
	};
	try {
		script(shell, "counter-gen", "counter-gen");
	} finally {
		console.log = log;
	}
	return text;
}

/**
 * Adds the hidden command `complete`, which the scripts call at every Tab; its
 * answer goes to this process's stdout.
 */
export async function addComplete(program: Command): Promise<void> {
	const { default: tab } = await import("@bomb.sh/tab/commander");
	tab(program, { completionCommandName: "completion" });
}
