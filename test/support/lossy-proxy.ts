import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Until } from "./shared.ts";

/** Headers that belong to a connection, not to a request or answer. */
const OF_CONNECTION = [
	"connection",
	"content-encoding",
	"content-length",
	"host",
	"keep-alive",
	"transfer-encoding",
];

/** Passes requests on to a Worker, and loses some answers. */
export interface LossyProxy {
	url: string;
	/** Requests that it has passed on. */
	requests: number;
	/** Paths of these, with their queries. */
	paths: string[];
	/** Answers that it has lost. */
	lost: number;
}

/** @param every so many answers one is lost; 0 loses none */
export async function startLossyProxy(
	target: string,
	until: Until,
	every = 3,
): Promise<LossyProxy> {
	const proxy: LossyProxy = { url: "", requests: 0, paths: [], lost: 0 };
	const server = createServer(async (request, response) => {
		proxy.requests++;
		const isLost = every > 0 && proxy.requests % every === every - 1;
		const headers = new Headers(request.headers as Record<string, string>);
		for (const name of OF_CONNECTION) headers.delete(name);
		const { method = "GET", url = "/" } = request;
		proxy.paths.push(url);
		const body = await buffer(request);
		const answer = await fetch(target + url, {
			method,
			headers,
			...(method === "POST" && { body }),
		}).catch(() => undefined);
		if (!answer || isLost) {
			proxy.lost++;
			response.destroy();
			return;
		}
		const answered = Object.fromEntries(answer.headers);
		for (const name of OF_CONNECTION) delete answered[name];
		response.writeHead(answer.status, answered);
		response.end(Buffer.from(await answer.arrayBuffer()));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	until(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	proxy.url = `http://127.0.0.1:${port}`;
	return proxy;
}
