// @ts-check
import { DurableObject } from "cloudflare:workers";

/**
 * Plain workerd has no KV: a KV binding there is a service that answers
 * `GET`, `PUT` and `DELETE /<key>?urlencoded=true`. This one keeps the values in a Durable
 * Object, in pieces, since a row may have 2 MB and a value 25 MiB.
 */
const PIECE_BYTES = 1024 * 1024;

/** The header that carries a value's metadata, both ways. */
const METADATA = "CF-KV-Metadata";

/** @extends {DurableObject<object>} */
export class Store extends DurableObject {
	/**
	 * @param {DurableObjectState} ctx
	 * @param {object} env
	 */
	constructor(ctx, env) {
		super(ctx, env);
		const { sql } = ctx.storage;
		const isEarlier =
			sql
				.exec(
					"SELECT 1 FROM sqlite_schema WHERE name = 'pieces' AND sql LIKE '%WITHOUT ROWID'",
				)
				.toArray().length > 0;
		ctx.storage.transactionSync(() => {
			if (isEarlier) sql.exec("ALTER TABLE pieces RENAME TO before");
			// Without row ids, a search reads the pieces on its way besides their keys.
			sql.exec(`
				CREATE TABLE IF NOT EXISTS pieces (
					key TEXT NOT NULL,
					part INTEGER NOT NULL,
					piece BLOB NOT NULL,
					metadata TEXT,
					PRIMARY KEY (key, part)
				);
			`);
			if (isEarlier)
				sql.exec("INSERT INTO pieces SELECT * FROM before; DROP TABLE before;");
		});
	}

	/** @param {Request} request */
	async fetch(request) {
		const key = decodeURIComponent(new URL(request.url).pathname.slice(1));
		if (request.method === "GET") return this.#get(key);
		if (request.method === "DELETE") this.#delete(key);
		else if (request.method === "PUT")
			this.#put(
				key,
				await request.arrayBuffer(),
				request.headers.get(METADATA),
			);
		else return new Response(null, { status: 405 });
		return new Response(null);
	}

	/** @param {string} key */
	#delete(key) {
		this.ctx.storage.sql.exec("DELETE FROM pieces WHERE key = ?", key);
	}

	/** @param {string} key */
	#get(key) {
		const pieces = this.ctx.storage.sql
			.exec(
				"SELECT piece, metadata FROM pieces WHERE key = ? ORDER BY part",
				key,
			)
			.toArray();
		if (pieces.length === 0) return new Response(null, { status: 404 });
		const value = new Blob(
			pieces.map(({ piece }) => /** @type {ArrayBuffer} */ (piece)),
		);
		const metadata = pieces[0]?.metadata;
		return new Response(
			value,
			metadata ? { headers: { [METADATA]: String(metadata) } } : {},
		);
	}

	/**
	 * @param {string} key
	 * @param {ArrayBuffer} value
	 * @param {string | null} metadata
	 */
	#put(key, value, metadata) {
		const { sql } = this.ctx.storage;
		this.ctx.storage.transactionSync(() => {
			this.#delete(key);
			for (
				let part = 0;
				part === 0 || part * PIECE_BYTES < value.byteLength;
				part++
			)
				sql.exec(
					"INSERT INTO pieces (key, part, piece, metadata) VALUES (?, ?, ?, ?)",
					key,
					part,
					value.slice(part * PIECE_BYTES, (part + 1) * PIECE_BYTES),
					metadata,
				);
		});
	}
}

export default {
	/**
	 * @param {Request} request
	 * @param {{ STORE: DurableObjectNamespace<Store>, PROBE: Fetcher }} env
	 */
	async fetch(request, env) {
		// Before anything fails: a put waits for ever whose value nobody reads.
		const { url, method, headers } = request;
		const body = method === "PUT" ? await request.arrayBuffer() : null;
		try {
			return await env.STORE.getByName("kv").fetch(url, {
				method,
				headers,
				body,
			});
		} catch (error) {
			// Puts a full disk into the status: a reader of KV sees nothing else of an error.
			const { status } = await env.PROBE.fetch("http://storage/");
			if (status !== 507 && !String(error).includes("SQLITE_FULL")) throw error;
			return new Response(null, {
				status: 507,
				statusText: "Insufficient Storage",
			});
		}
	},
};
