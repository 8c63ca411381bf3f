import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CounterGenError } from "../errors.ts";
import { Claim } from "./claim.ts";

/** What `serve` keeps in its state folder; absolute paths. */
export interface StateDir {
	/** The bundle, and the configuration that workerd reads. */
	worker: string;
	/** Counts: the storage of every Durable Object, and KV. */
	data: string;
	/** Keeps other processes from using the folder. */
	claim: Claim;
}

/**
 * Makes the state folder, or takes an existing one, and claims it for this
 * process. Git is told to ignore a new one.
 *
 * @param dir absolute path
 * @throws CounterGenError `state-in-use`, `state-not-writable`
 */
export async function openStateDir(dir: string): Promise<StateDir> {
	const worker = join(dir, "worker");
	const data = join(dir, "data");
	try {
		const isNew = (await mkdir(dir, { recursive: true })) !== undefined;
		if (isNew) await writeFile(join(dir, ".gitignore"), "*\n");
		await mkdir(worker, { recursive: true });
		await mkdir(data, { recursive: true });
		return { worker, data, claim: await Claim.take(join(dir, "claim")) };
	} catch (error) {
		if (error instanceof CounterGenError) throw error;
		throw notWritable(dir, error);
	}
}

/** What to throw when the system refused to write to the state folder. */
export function notWritable(path: string, error: unknown): CounterGenError {
	return new CounterGenError({
		code: "state-not-writable",
		what: `${path} cannot be used for state: ${(error as Error).message}`,
		fix: "Make it writable, on a disk with space, or choose another folder with --state.",
	});
}
