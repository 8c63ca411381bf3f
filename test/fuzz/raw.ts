import { connect } from "node:net";
import { type Answer, isWhole, type Shot } from "./shot.ts";

/** Milliseconds that an answer may take. */
export const TIMEOUT_MS = 8_000;

/** … if it is no whole request, and none may come. */
const SHORT_TIMEOUT_MS = 300;

/** Sends over a socket of its own; no answer if the connection ends without. */
export function sendRaw(port: number, shot: Shot): Promise<Answer[]> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, "127.0.0.1");
		const chunks: Buffer[] = [];
		const timer = setTimeout(
			() => {
				socket.destroy();
				reject(new Error("neither an answer nor an end"));
			},
			isWhole(shot) ? TIMEOUT_MS : SHORT_TIMEOUT_MS,
		);
		const end = () => {
			clearTimeout(timer);
			socket.destroy();
			resolve(parse(Buffer.concat(chunks).toString("latin1"), shot.method));
		};
		socket.on("data", (chunk) => chunks.push(chunk));
		socket.on("close", end).on("error", () => {});
		socket.on("connect", async () => {
			const bytes = bytesOf(shot);
			const size = shot.framing === "pieces" ? 7 : bytes.length;
			for (let n = 0; n < bytes.length && n < 40 * size; n += size) {
				const last = n + size >= bytes.length || n + size >= 40 * size;
				socket.write(bytes.slice(n, last ? undefined : n + size), "latin1");
				if (!last) await new Promise(setImmediate);
			}
			if (shot.framing === "abandoned") end();
			else if (!isWhole(shot)) socket.end();
		});
	});
}

function bytesOf({ method, target, headers, body, framing }: Shot): string {
	if (framing === "bytes") return body ?? "";
	const text = body ?? "";
	const lines = [
		`${method} ${target} HTTP/1.1`,
		"Host: localhost",
		"Connection: close",
	];
	for (const [name, value] of headers) lines.push(`${name}: ${value}`);
	const { length } = text;
	const head = (...more: string[]) =>
		`${[...lines, ...more].join("\r\n")}\r\n\r\n`;
	const chunks = `${length > 0 ? `${length.toString(16)}\r\n${text}\r\n` : ""}0\r\n\r\n`;
	switch (framing) {
		case "chunked":
			return head("Transfer-Encoding: chunked") + chunks;
		case "expect":
			return head("Expect: 100-continue", `Content-Length: ${length}`) + text;
		case "too-short":
			return head(`Content-Length: ${length + 7}`) + text;
		case "too-long":
			return head(`Content-Length: ${Math.max(0, length - 1)}`) + text;
		case "both-lengths":
			return (
				head(`Content-Length: ${length}`, "Transfer-Encoding: chunked") + chunks
			);
		case "bad-chunk":
			return `${head("Transfer-Encoding: chunked")}${length.toString(16)}zz\r\n${text}`;
		default:
			return (
				head(...(body === undefined ? [] : [`Content-Length: ${length}`])) +
				text
			);
	}
}

/** The final answers among what came; a cut-off one is left out. */
function parse(text: string, method: string): Answer[] {
	const answers: Answer[] = [];
	for (let rest = text; rest.startsWith("HTTP/"); ) {
		const at = rest.indexOf("\r\n\r\n");
		if (at < 0) break;
		const [first = "", ...lines] = rest.slice(0, at).split("\r\n");
		const headers = new Map<string, string>();
		for (const line of lines) {
			const colon = line.indexOf(":");
			const name = line.slice(0, colon).toLowerCase();
			const known = headers.get(name);
			const value = line.slice(colon + 1).trim();
			headers.set(name, known === undefined ? value : `${known}, ${value}`);
		}
		const status = Number(first.split(" ")[1]);
		const after = rest.slice(at + 4);
		const [body, next] =
			status < 200 || method === "HEAD" ? ["", after] : bodyOf(headers, after);
		if (body === undefined) break;
		if (method === "HEAD" && after !== "" && status >= 200)
			return [{ status, headers, body: after }];
		if (status >= 200) answers.push({ status, headers, body });
		rest = next;
	}
	return answers;
}

/** A body and what comes after it; undefined if it is cut off. */
function bodyOf(
	headers: ReadonlyMap<string, string>,
	after: string,
): [body: string | undefined, next: string] {
	const length = headers.get("content-length");
	if (length !== undefined) {
		const end = Number(length);
		return after.length < end
			? [undefined, ""]
			: [after.slice(0, end), after.slice(end)];
	}
	if (headers.get("transfer-encoding") !== "chunked") return [after, ""];
	let body = "";
	for (let rest = after; ; ) {
		const at = rest.indexOf("\r\n");
		const size = Number.parseInt(rest.slice(0, at), 16);
		if (at < 0 || Number.isNaN(size) || rest.length < at + size + 4)
			return [undefined, ""];
		if (size === 0) return [body, rest.slice(at + 4)];
		body += rest.slice(at + 2, at + 2 + size);
		rest = rest.slice(at + 4 + size);
	}
}
