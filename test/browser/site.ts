import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Until } from "../support/shared.ts";

/** A site of somebody's own, which shows numbers of a Worker elsewhere. */
export class Site {
	readonly #pages: string[] = [];
	readonly #server: Server;
	readonly #headers: Record<string, string>[] = [];

	private constructor(until: Until) {
		this.#server = createServer((request, response) => {
			const n = Number(request.url?.slice(1));
			const page = this.#pages[n];
			response.writeHead(page === undefined ? 404 : 200, {
				"Content-Type": "text/html; charset=utf-8",
				...this.#headers[n],
			});
			response.end(page);
		});
		until(() => {
			this.#server.closeAllConnections();
			this.#server.close();
		});
	}

	/** Starts on a port, and so at an origin, of its own. */
	static async start(until: Until): Promise<Site> {
		const site = new Site(until);
		await new Promise<void>((resolve) =>
			site.#server.listen(0, "127.0.0.1", resolve),
		);
		return site;
	}

	get origin(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	/** Adds a page with this body, and returns its address. */
	page(
		body: string,
		headers: Record<string, string> = {},
		lang = "en",
	): string {
		const n = this.#pages.push(
			`<!doctype html><html lang="${lang}"><title>A site</title><link rel="icon" href="data:,"><main><h1>A site</h1>${body}</main>`,
		);
		this.#headers.push(headers);
		return `${this.origin}/${n - 1}`;
	}
}
