import { interrupted } from "../errors.ts";
import type { Io } from "../io.ts";
import { NamespaceClient } from "./client.ts";
import { parseTarget, type Target } from "./target.ts";
import { findAdminToken, findToken } from "./token.ts";

const TIMEOUT_MS = 30_000;

/**
 * Reads from one namespace of a running Worker, with the token that opens reads or,
 * without one, the admin token.
 *
 * @param url as a person writes it
 * @param out output folder of the project, beside whose files tokens are
 * @throws CounterGenError `bad-url`, `interrupted`, whatever `read` throws
 */
export async function readFrom<T>(
	url: string,
	out: string,
	io: Pick<Io, "env" | "signal">,
	read: (client: NamespaceClient, target: Target) => Promise<T>,
): Promise<T> {
	const target = parseTarget(url);
	const token =
		(await findToken(target, out, io.env)) ??
		(await findAdminToken(target, out, io.env));
	const client = new NamespaceClient(target, token, io.signal, TIMEOUT_MS);
	try {
		return await read(client, target);
	} catch (error) {
		throw io.signal.aborted ? interrupted("nothing to show yet") : error;
	} finally {
		await client.close();
	}
}
