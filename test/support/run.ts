import { run } from "../../cli/program.ts";
import { type Finished, finish, type Surroundings } from "./finish.ts";

/** Runs one command line in this process. */
export function runCli(
	argv: readonly string[],
	surroundings?: Partial<Surroundings>,
): Promise<Finished> {
	return finish((io) => run(argv, io), surroundings);
}
