import { createServer } from "node:net";
import { CounterGenError } from "../errors.ts";

/** Reads `--port`. @throws CounterGenError `invalid-port` */
export function parsePort(text: string): number {
	const port = Number(text);
	if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
	throw new CounterGenError({
		code: "invalid-port",
		what: `--port must be a whole number from 1 to 65535; got ${text}`,
	});
}

/**
 * Makes sure that a port of this machine can be listened on.
 *
 * @throws CounterGenError `port-in-use`
 */
export async function requireFreePort(port: number): Promise<void> {
	for (const host of ["127.0.0.1", "::1"]) {
		const error = await tryToListen(port, host);
		// No IPv6 here is no obstacle.
		if (error === undefined || error.code === "EADDRNOTAVAIL") continue;
		if (error.code === "EAFNOSUPPORT") continue;
		throw new CounterGenError({
			code: "port-in-use",
			what:
				error.code === "EACCES"
					? `Port ${port} may not be listened on by this user`
					: `Port ${port} is in use already`,
			fix: `Stop what listens there, or choose another port: --port ${port === 65_535 ? 8787 : port + 1}`,
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
