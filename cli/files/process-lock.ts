import { createHash } from "node:crypto";
import { once } from "node:events";
import { realpath, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { basename, dirname, join } from "node:path";
import { CounterGenError } from "../errors.ts";

/** A claim that is held until `release`. */
interface Claim {
	release: () => void;
}

/**
 * Does `work` while no other process of this machine does any for the same
 * file; waits for one that does. What holds the claim is a local socket: the
 * system lets go of it however a process ends, and nothing lies about.
 *
 * @param file absolute path; it need not exist
 * @param signal ends the waiting, not the work
 * @param waiting called if another process is at work
 * @throws CounterGenError `interrupted`
 */
export async function alone<T>(
	file: string,
	signal: AbortSignal,
	waiting: () => void,
	work: () => Promise<T>,
): Promise<T> {
	const address = await addressFor(file);
	let claim = await listen(address);
	if (claim === "taken") waiting();
	while (claim === "taken") {
		await letGo(address, signal);
		claim = await listen(address);
	}
	try {
		return await work();
	} finally {
		claim.release();
	}
}

async function addressFor(file: string): Promise<string> {
	// The same file by another name is the same claim.
	const folder = await realpath(dirname(file)).catch(() => dirname(file));
	const path = join(folder, basename(file));
	const name = createHash("sha256").update(path).digest("hex").slice(0, 32);
	// Linux has names for sockets that are no files. A file may be in the way of
	// other users, so each has one of their own.
	return process.platform === "linux"
		? `\0counter-gen-${name}`
		: `/tmp/counter-gen-${process.getuid?.()}-${name}`;
}

async function listen(address: string): Promise<Claim | "taken"> {
	const waiters = new Set<Socket>();
	const server = createServer((waiter) => {
		waiters.add(waiter);
		waiter.on("error", () => {}).on("close", () => waiters.delete(waiter));
	});
	server.listen(address);
	try {
		await once(server, "listening");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return "taken";
		// A sandbox without sockets: nobody to be kept apart from, most likely.
		return { release: () => {} };
	}
	return {
		release: () => {
			server.close();
			for (const waiter of waiters) waiter.destroy();
		},
	};
}

/** Waits until the process that listens closes the connection, or is gone. */
async function letGo(address: string, signal: AbortSignal): Promise<void> {
	try {
		await once(connect({ path: address, signal }), "close");
	} catch {
		if (signal.aborted)
			throw new CounterGenError({
				code: "interrupted",
				what: "Stopped while another counter-gen was at work here.",
				why: "Nothing was changed.",
				fix: "Wait until the other one is done.",
			});
		// The file of a process that was killed; where names are no files, the
		// process has just ended.
		if (!address.startsWith("\0")) await rm(address, { force: true });
	}
}
