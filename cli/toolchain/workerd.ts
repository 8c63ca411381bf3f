import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { compile } from "../generator/compile.ts";
import { limitersOf } from "../generator/rate-limits.ts";
import { templatesDir } from "../generator/templates.ts";
import type { Io } from "../io.ts";
import type { WorkerState } from "../lifecycle/workers.ts";
import { hostInUrl } from "./address.ts";
import { Child, type ChildOptions } from "./child.ts";
import type { Toolchain } from "./find.ts";
import type { StateDir } from "./state-dir.ts";
import { served, uniqueKeys } from "./unique-keys.ts";
import { ownLimiters, variablesOf } from "./wrangler-bindings.ts";

/** Writes workerd's files beside the bundle; returns the configuration's path. */
export async function writeWorkerdConfig(
	state: Pick<StateDir, "worker" | "data">,
	{ config, histories }: Pick<WorkerState, "config" | "histories">,
	port: number,
	secrets: readonly string[],
	host = "127.0.0.1",
): Promise<string> {
	const { worker, data } = state;
	const keys = await uniqueKeys(state, served(config, histories));
	return writeFiles(
		worker,
		{ template: "workerd.capnp.hbs", file: "config.capnp" },
		["cache.js", "kv.js", "rate-limiter.js", "storage-probe.js"],
		{
			modules: await modulesIn(worker),
			address: `${hostInUrl(host)}:${port}`,
			compatibilityDate: config.worker.compatibilityDate,
			dataDir: data,
			kvBinding: config.kv.binding,
			namespaces: config.namespaces.map((one) => ({
				...one,
				uniqueKey: keys.get(one.class) ?? one.class,
			})),
			limiters: [...limitersOf(config).values(), ...ownLimiters(config)].map(
				({ binding, id, limit, period }) => ({
					binding,
					props: JSON.stringify({ id, limit, period }),
				}),
			),
			secrets,
			// As for wrangler, a line of .dev.vars takes a variable's place.
			variables: variablesOf(config).filter(
				({ name }) => !secrets.includes(name),
			),
			compatibilityFlags: config.wrangler.compatibility_flags ?? [],
		},
	);
}

/** Kinds of modules that wrangler keeps apart from the bundle, by ending. */
const KINDS: Readonly<Record<string, string>> = {
	".bin": "data",
	".html": "text",
	".sql": "text",
	".txt": "text",
	".wasm": "wasm",
};

/** Lists the files beside a bundle that it imports. */
async function modulesIn(
	folder: string,
): Promise<{ name: string; kind: string }[]> {
	const names = await readdir(folder, { recursive: true });
	return names.flatMap((name) => {
		const kind = KINDS[extname(name)];
		return kind ? [{ name: name.split(sep).join("/"), kind }] : [];
	});
}

/**
 * Renders a configuration of `templates/serve` in a folder, and puts the modules
 * there that it embeds; returns the configuration's path.
 */
export async function writeFiles(
	folder: string,
	{ template, file }: { template: string; file: string },
	modules: readonly string[],
	values: object,
): Promise<string> {
	const read = (name: string) =>
		readFile(join(templatesDir, "serve", name), "utf8");
	for (const name of modules)
		await writeFile(join(folder, name), await read(name));
	const render = compile(await read(template));
	const path = join(folder, file);
	await writeFile(path, render(values, { helpers: { capnp: toCapnp } }));
	return path;
}

/** Writes a text as Cap'n Proto does: as JSON, but for control characters. */
export function toCapnp(text: string): string {
	return JSON.stringify(text).replaceAll(/\\(?:u00|.)/g, (one) =>
		one === "\\u00" ? "\\x" : one,
	);
}

/** Starts workerd. */
export function startWorkerd(
	{ workerd }: Toolchain,
	configFile: string,
	secrets: Readonly<Record<string, string | undefined>>,
	io: Pick<Io, "env" | "cwd">,
	{
		listening,
		stderr,
		lockFd,
	}: {
		/** Called once it takes requests on a port. */
		listening: (port: number) => void;
		stderr: ChildOptions["onStderr"];
		/** Keeps a state folder locked as long as workerd runs. */
		lockFd?: number;
	},
): Child {
	return new Child(workerd, ["serve", configFile, "--control-fd=1"], {
		cwd: io.cwd,
		env: { ...io.env, ...secrets },
		onStdout: (text) => {
			const [listens = "", port] =
				/^.*"event":"listen".*"port":(\d+).*\n?/m.exec(text) ?? [];
			if (port !== undefined) listening(Number(port));
			// All else is logged by the Worker.
			const logged = text.replace(listens, "");
			if (logged !== "") stderr(logged);
		},
		onStderr: stderr,
		...(lockFd !== undefined && { lockFd }),
	});
}
