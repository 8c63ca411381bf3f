import { type ParseArgsOptionDescriptor, parseArgs } from "node:util";

/** An option of a script of this repository, with what it does. */
type Described = ParseArgsOptionDescriptor & {
	/** For --help, such as `N`; none for a flag. */
	value?: string;
	help: string;
};

type Values<Options extends Record<string, Described>> = ReturnType<
	typeof parseArgs<{ options: Options }>
>["values"];

/**
 * Reads the command line of a script. Ends the process for `--help`, which it
 * prints, and with status 2 for what it does not know.
 *
 * @param command as it is typed
 * @param does sentence about the script
 */
export function scriptOptions<const Options extends Record<string, Described>>(
	command: string,
	does: string,
	options: Options,
): Values<Options> {
	try {
		const help = { type: "boolean", default: false, help: "prints this" };
		const all = { ...options, help } as const;
		const { values } = parseArgs({ options: all as Options });
		if (!(values as { help?: boolean }).help) return values as Values<Options>;
		process.stdout.write(helpText(command, does, all as Options));
		return process.exit(0);
	} catch (error) {
		console.error(`${(error as Error).message}\nSee ${command} -- --help`);
		return process.exit(2);
	}
}

function helpText(
	command: string,
	does: string,
	options: Readonly<Record<string, Described>>,
): string {
	const rows = Object.entries(options).map(([name, { value, ...one }]) => {
		const preset = value === undefined ? undefined : one.default;
		return [
			value === undefined ? `--${name}` : `--${name} ${value}`,
			preset ? `${one.help} (default: ${preset})` : one.help,
		] as const;
	});
	const wide = Math.max(...rows.map(([option]) => option.length));
	const lines = rows.map(
		([option, help]) => `  ${option.padEnd(wide)}  ${help}\n`,
	);
	return `${command} -- [options]\n\n${does}\n\nOptions:\n${lines.join("")}`;
}
