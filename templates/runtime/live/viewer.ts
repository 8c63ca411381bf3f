import type { Names, Turn } from "./contract.ts";

/**
 * Reasons of a close, of which a client makes: come back soon; ask for something
 * else; come back, but later. https://www.iana.org/assignments/websocket/websocket.xml
 */
export const RESTART = 1012;
export const REFUSED = 1008;
export const TRY_LATER = 1013;

/** A viewer's WebSocket. */
export type Viewer = Pick<
	WebSocket,
	"send" | "close" | "serializeAttachment" | "deserializeAttachment"
> & {
	/** Bytes that wait to be sent, where the runtime tells. */
	readonly bufferedAmount?: number;
};

/** Attachment of a socket, kept while the object sleeps. */
export interface Attachment {
	/** Number of this form of it. */
	format: 1;
	names: Names;
	/** Moment at which it came; milliseconds since 1970. */
	since: number;
	/** The last reset that it was told of; missing until its first totals. */
	told?: Turn;
}

/** Reads what a socket has kept; nothing if other code wrote it. */
export function attachmentOf(viewer: Viewer): Attachment | undefined {
	const kept = viewer.deserializeAttachment() as Attachment | null;
	return kept?.format === 1 ? kept : undefined;
}

/** Notes that a viewer was told of the last reset. */
export function noteTold(viewer: Viewer, { birth, reset }: Turn): void {
	const attachment = attachmentOf(viewer);
	viewer.serializeAttachment({ ...attachment, told: { birth, reset } });
}

/** Tells whether a viewer was told of the last reset. */
export function knowsReset(viewer: Viewer, { birth, reset }: Turn): boolean {
	const told = attachmentOf(viewer)?.told;
	return told?.birth === birth && told.reset === reset;
}

/** Closes a socket, also one that is closed already. */
export function close(viewer: Viewer, code: number, reason: string): void {
	try {
		viewer.close(code, reason);
	} catch {
		// It was closed before.
	}
}
