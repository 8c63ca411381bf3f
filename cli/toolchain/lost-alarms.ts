import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Diagnostic } from "../errors.ts";
import type { Io } from "../io.ts";
import { allShards } from "../lifecycle/history.ts";
import type { WorkerState } from "../lifecycle/workers.ts";
import { Child } from "./child.ts";
import type { Toolchain } from "./find.ts";
import type { StateDir } from "./state-dir.ts";
import { OBJECT, served, uniqueKeys } from "./unique-keys.ts";
import { writeFiles } from "./workerd.ts";

/** Files beside them in which workerd keeps the alarms of the class. */
const ALARMS = ["metadata.sqlite", "metadata.sqlite-wal"];

/** Namespace whose alarms are gone, as `wake.capnp.hbs` takes it. */
interface Asleep {
	uniqueKey: string;
	/** JSON of the ids that have a database … */
	ids: string;
	/** … and of how many shards may be among them. */
	shards: string;
}

/** Finds the namespaces that have objects on the disk, but no alarms. */
export async function asleep(
	state: Pick<StateDir, "data">,
	{ config, histories }: Pick<WorkerState, "config" | "histories">,
): Promise<Asleep[]> {
	const keys = await uniqueKeys(state, served(config, histories));
	const found: Asleep[] = [];
	for (const namespace of config.namespaces) {
		const uniqueKey = keys.get(namespace.class) ?? namespace.class;
		const folder = join(state.data, uniqueKey);
		const files = await readdir(folder).catch((): string[] => []);
		if (ALARMS.every((name) => files.includes(name))) continue;
		const ids = files.flatMap((name) => OBJECT.exec(name)?.[1] ?? []);
		if (ids.length === 0) continue;
		const shards = allShards(histories, namespace);
		found.push({
			uniqueKey,
			ids: JSON.stringify(ids),
			shards: JSON.stringify(shards),
		});
	}
	return found;
}

/**
 * Has the objects of these namespaces ring soon. Each believes that its alarm is set,
 * since its own database says so: what it holds would stay there. Another program
 * does it on the same storage, before the Worker starts.
 *
 * @returns the problems met
 */
export async function wake(
	namespaces: readonly Asleep[],
	{ workerd }: Toolchain,
	state: Pick<StateDir, "worker" | "data" | "lock">,
	{ config }: Pick<WorkerState, "config">,
	io: Pick<Io, "env" | "cwd" | "signal">,
): Promise<Diagnostic | undefined> {
	const file = await writeFiles(
		state.worker,
		{ template: "wake.capnp.hbs", file: "wake.capnp" },
		["wake.js"],
		{
			compatibilityDate: config.worker.compatibilityDate,
			dataDir: state.data,
			namespaces,
		},
	);
	let output = "";
	const listen = (text: string) => {
		output += text;
	};
	const child = new Child(workerd, ["test", file], {
		cwd: io.cwd,
		env: io.env,
		onStdout: listen,
		onStderr: listen,
		lockFd: state.lock.fd,
	});
	const stop = () => void child.stop();
	io.signal.addEventListener("abort", stop, { once: true });
	const { status } = await child.exited;
	io.signal.removeEventListener("abort", stop);
	if (status === 0 || io.signal.aborted) return undefined;
	return {
		code: "alarms-lost",
		what: `not every object of ${state.data} could be woken`,
		why: `Alarms are gone from there, and workerd could not set them all again:\n${output.trim()}`,
		fix: "Copy the whole folder again, while no server runs on it.",
	};
}
