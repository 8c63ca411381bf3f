import type {
	LiveHost,
	LiveObject,
	Met,
	Push,
	Pushed,
	SocketState,
} from "./contract.ts";
import { requestIn } from "./query.ts";
import { LiveRole } from "./role.ts";
import { close } from "./viewer.ts";

/** State of a socket that may be sent to. */
const OPEN = 1;

/** Gives the role of a live object its WebSockets, which stay while it sleeps. */
export class LiveSockets implements LiveObject {
	readonly #state: SocketState;
	readonly #role: LiveRole;

	constructor(object: number, host: LiveHost) {
		const { state } = host;
		this.#state = state;
		this.#role = new LiveRole(object, {
			...host,
			// One that is closing is still listed.
			viewers: () =>
				state.getWebSockets().filter(({ readyState }) => readyState === OPEN),
			pingedAt: (viewer) =>
				state.getWebSocketAutoResponseTimestamp(viewer as WebSocket)?.getTime(),
		});
	}

	meet(): Met {
		return this.#role.meet();
	}

	push(push: Push): Pushed {
		return this.#role.push(push);
	}

	fetch(request: Request): Response {
		const asked = requestIn(request.url);
		if (!this.#role.hasRoom(asked.names))
			return new Response(null, { status: 503 });
		const { 0: client, 1: server } = new WebSocketPair();
		this.#state.acceptWebSocket(server);
		// Pings wake nobody.
		this.#state.setWebSocketAutoResponse(
			new WebSocketRequestResponsePair("ping", "pong"),
		);
		this.#role.admit(server, asked);
		const protocol = request.headers.get("Sec-WebSocket-Protocol");
		return new Response(null, {
			status: 101,
			webSocket: client,
			headers: protocol ? { "Sec-WebSocket-Protocol": protocol } : {},
		});
	}

	closed(socket: WebSocket): void {
		this.#role.left(socket);
		// Until this, the other end waits, and the socket takes up memory.
		close(socket, 1000, "");
	}

	messaged(socket: WebSocket): void {
		this.#role.messaged(socket);
	}

	async alarm(): Promise<void> {}
}
