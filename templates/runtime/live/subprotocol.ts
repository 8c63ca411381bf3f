import type { Context } from "hono";

/** The subprotocol that is spoken, and what begins one that is a token in truth. */
const PROTOCOL = "counters";
const BEARER = "bearer.";

/** Takes the token from where a browser can send it: it has no header for it. */
export function takeToken(c: Context): void {
	const sent = protocolsOf(c).find((one) => one.startsWith(BEARER));
	if (sent === undefined || c.req.header("Authorization") !== undefined) return;
	const headers = new Headers(c.req.raw.headers);
	headers.set("Authorization", `Bearer ${decoded(sent.slice(BEARER.length))}`);
	c.req.raw = new Request(c.req.raw, { headers });
}

function protocolsOf(c: Context): string[] {
	const header = c.req.header("Sec-WebSocket-Protocol") ?? "";
	return header.split(",").map((one) => one.trim());
}

/** Decodes base64url; nothing if it is none, or of what no header can carry. */
function decoded(text: string): string {
	try {
		const token = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
		return /^[!-~]*$/.test(token) ? token : "";
	} catch {
		return "";
	}
}

/** Chooses among the protocols that were offered: a browser asks for that. */
export function protocol(c: Context): Record<string, string> {
	return protocolsOf(c).includes(PROTOCOL)
		? { "Sec-WebSocket-Protocol": PROTOCOL }
		: {};
}
