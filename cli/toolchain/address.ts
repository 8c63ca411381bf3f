import { createServer } from "node:net";
import { CounterGenError } from "../errors.ts";

/** Names that stand for this machine alone. */
const LOOPBACKS = ["localhost", "127.0.0.1", "::1"];

/** Names that stand for all addresses of this machine. */
const WILDCARDS = ["0.0.0.0", "::"];

/** Reads `--port`. @throws CounterGenError `invalid-port` */
export function parsePort(text: string): number {
	const port = Number(text);
	if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
	throw new CounterGenError({
		code: "invalid-port",
		what: `--port must be a whole number from 1 to 65535; got ${text}`,
	});
}

/** Tells whether only this machine can call what listens on `host`. */
export function isLoopback(host: string): boolean {
	return LOOPBACKS.includes(host);
}

/** Writes the address of a server on `host`, as a client of this machine calls it. */
export function urlOf(host: string, port: number, protocol = "http"): string {
	const here = isLoopback(host) || WILDCARDS.includes(host);
	return `${protocol}://${here ? "localhost" : hostInUrl(host)}:${port}`;
}

/** Puts an IPv6 address in brackets. */
export function hostInUrl(host: string): string {
	return host.includes(":") ? `[${host}]` : host;
}

/**
 * Makes sure that a port of this machine can be listened on.
 *
 * @throws CounterGenError `invalid-host`, `port-in-use`
 */
export async function requireFreePort(
	host: string,
	port: number,
): Promise<void> {
	// Tries both addresses of localhost: a client may take either.
	const isHere = isLoopback(host);
	for (const address of isHere ? ["127.0.0.1", "::1"] : [host]) {
		const { code } = (await tryToListen(port, address)) ?? {};
		if (code === undefined) continue;
		if (code === "EACCES" || code === "EADDRINUSE")
			throw new CounterGenError({
				code: "port-in-use",
				what:
					code === "EACCES"
						? `Port ${port} may not be listened on by this user`
						: `Port ${port} is in use already`,
				fix: `Stop what listens there, or choose another port: --port ${port === 65_535 ? 8787 : port + 1}`,
			});
		// No IPv6 here is no obstacle.
		if (isHere) continue;
		throw new CounterGenError({
			code: "invalid-host",
			what: `${host} is no address of this machine`,
			why: "--host names the address to listen on.",
			fix: "Leave it away to be reached from this machine only, or write --host 0.0.0.0 for all of its addresses.",
		});
	}
}

function tryToListen(
	port: number,
	host: string,
): Promise<NodeJS.ErrnoException | undefined> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once("error", (error) => resolve(error));
		server.listen({ port, host, exclusive: true }, () =>
			server.close(() => resolve(undefined)),
		);
	});
}
