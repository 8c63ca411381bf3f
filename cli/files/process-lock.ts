import { createHash } from "node:crypto";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { CounterGenError } from "../errors.ts";
import { realPath } from "./paths.ts";

/**
 * Gives a path to one process of this machine at a time. A local socket holds
 * the lock, so the system releases it however the process ends. On Linux no
 * file is left behind.
 */
export class ProcessLock {
	readonly #server: Server;
	readonly #waiters = new Set<Socket>();

	private constructor(server: Server) {
		this.#server = server;
		// A lock that nobody releases does not keep the process running.
		server.unref().on("connection", (waiter: Socket) => {
			this.#waiters.add(waiter);
			waiter
				.on("error", () => {})
				.on("close", () => this.#waiters.delete(waiter));
		});
	}

	/**
	 * Takes the lock; undefined if another process has it.
	 *
	 * @param path absolute; nothing needs to be there
	 * @throws the system's error where it allows no local sockets
	 */
	static async take(path: string): Promise<ProcessLock | undefined> {
		const address = addressOf(path);
		for (;;) {
			const server = await listen(address);
			if (server) return new ProcessLock(server);
			if (await isAnswered(address)) return undefined;
			// A killed process left its socket's file. Without files, it has just
			// ended.
			if (!address.startsWith("\0")) await rm(address, { force: true });
		}
	}

	/**
	 * Descriptor of the socket. A child that inherits it keeps the lock as long
	 * as it runs, also if this process is killed.
	 */
	get fd(): number {
		return (this.#server as unknown as { _handle: { fd: number } })._handle.fd;
	}

	release(): void {
		this.#server.close();
		for (const waiter of this.#waiters) waiter.destroy();
	}
}

/**
 * Does `work` while no other process does any for the same file; waits for one
 * that does.
 *
 * @param file absolute path; it need not exist
 * @param signal ends the waiting, not the work
 * @param onWait called if another process is at work
 * @throws CounterGenError `interrupted`
 */
export async function withLock<T>(
	file: string,
	signal: AbortSignal,
	onWait: () => void,
	work: () => Promise<T>,
): Promise<T> {
	// A sandbox without sockets most likely has no other process either.
	const take = () =>
		ProcessLock.take(file).catch(() => ({ release: () => {} }));
	let lock = await take();
	if (!lock) onWait();
	while (!lock) {
		await released(addressOf(file), signal);
		lock = await take();
	}
	try {
		return await work();
	} finally {
		lock.release();
	}
}

/** Makes one address of all names of a file. */
function addressOf(path: string): string {
	const hash = createHash("sha256").update(realPath(path)).digest("hex");
	const name = hash.slice(0, 32);
	// Linux knows sockets without a file. Elsewhere, the file of one user may be
	// out of reach for others, so each user has one.
	return process.platform === "linux"
		? `\0counter-gen-${name}`
		: `/tmp/counter-gen-${process.getuid?.()}-${name}`;
}

async function listen(address: string): Promise<Server | undefined> {
	const server = createServer().listen(address);
	try {
		await once(server, "listening");
		return server;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EADDRINUSE")
			return undefined;
		throw error;
	}
}

/** Tells if a process has the socket, be it too busy to answer. */
async function isAnswered(address: string): Promise<boolean> {
	const socket = connect(address);
	try {
		await once(socket, "connect");
		return true;
	} catch (error) {
		const { code = "" } = error as NodeJS.ErrnoException;
		return !["ECONNREFUSED", "ENOENT"].includes(code);
	} finally {
		socket.destroy();
	}
}

/** Waits until the process that listens closes the connection, or is gone. */
async function released(address: string, signal: AbortSignal): Promise<void> {
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
	}
}
