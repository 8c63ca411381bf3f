import type { Context } from "hono";
import type { Database } from "../object/database.ts";
import type { Host } from "../object/host.ts";
import type { Entry } from "../protocol.ts";

/** Pushes totals to whoever watches them; `feature.ts` makes it. */
export interface LiveUpdates {
	/** Objects that hold viewers; 0 is off. */
	readonly objects: number;
	/** Opens what the global object knows of those who watch. */
	open(database: Database, host: FeedHost): Feed;
	/** Plays the role of an object that holds viewers. */
	play(object: number, host: LiveHost): LiveObject;
	/** Makes what answers `GET /live`; missing where live updates are off. */
	readonly route?: (door: LiveDoor) => (c: Context) => Promise<Response>;
	/** The script of `<counter-value>` that has totals pushed; missing where they are off. */
	readonly element?: { text: string; sha256: string };
}

/** Names to watch; true: those of all counters. */
export type Names = readonly string[] | true;

/** Surroundings of the feed: its object, the totals, and live objects. */
export interface FeedHost extends Host {
	/** Sets the alarm to what is next, or clears it. */
	arm(): void;
	/** Reads totals as they are in this step, in no order. */
	read(names: Names): Entry[];
	/** Asks a live object who it is, and what its viewers watch. */
	meet(object: number): Promise<Met>;
	/** Pushes to a live object. */
	push(object: number, push: Push): Promise<Pushed>;
}

/** The side of the global object: pushes what changes to those who watch. */
export interface Feed {
	/**
	 * To be called in the step in which totals change, before they do. It leaves
	 * the alarm to that step, as do the next two.
	 */
	changing(entries: readonly Entry[]): void;
	/** To be called in the step of a reset, before it. */
	resetting(): void;
	/** Answers the totals of names, and pushes what becomes of them. */
	watch(watch: Watch): Watched;
	/** Finds when there is something to push; milliseconds since 1970. */
	nextAt(): number | undefined;
	/** The alarm rang: pushes what is due. */
	rang(): void;
}

/** A live object asks for totals, and to be pushed what becomes of them. */
export interface Watch {
	object: number;
	/** Names the life in memory of the live object. */
	life: number;
	names: Names;
}

/** Marks the state of the global object that values are of. */
export interface Turn {
	/** Turn in which the global object's storage was empty. */
	birth: number;
	/** Turn of the last reset of any counter. */
	reset: number;
}

/** Totals of one step; a name that is missing is 0. */
export interface Watched extends Turn {
	turn: number;
	values: readonly Entry[];
}

/** Totals that changed after turn `from`, as they are in turn `to`. */
export interface Push extends Turn {
	/** The life of the live object that it is for. */
	life: number;
	/** Turn of the last push that the live object took. */
	from: number;
	to: number;
	/** After a reset all that it watches; a name that is missing is 0 then. */
	values: readonly Entry[];
}

/** Answers who a live object is, and what its viewers watch. */
export interface Met {
	life: number;
	names: Names;
}

/** Answers a push: it was taken or, meant for another life, it was not. */
export type Pushed =
	| {
			/** Names of it that nobody watches any more. */
			unwatched: readonly string[];
			/** Tells that somebody watches all counters. */
			isAll: boolean;
	  }
	| Met;

/** Answers over RPC as an object that holds viewers, and to events of its sockets. */
export interface LiveObject {
	/** Answers who it is, and what its viewers watch. */
	meet(): Met;
	/** Passes totals on to the viewers. */
	push(push: Push): Pushed;
	/** Takes a viewer in, as a WebSocket; 503 if there is no room. */
	fetch(request: Request): Response;
	/** A socket was closed, or has failed. */
	closed(socket: WebSocket): void;
	/** A viewer sent what is no ping. */
	messaged(socket: WebSocket): void;
	/** It sets no alarm. */
	alarm(): Promise<void>;
}

/** Surroundings of a live object. */
export interface LiveHost extends Host {
	/** The part of the object that holds its sockets. */
	state: SocketState;
	/** Asks the global object for totals. */
	watch(watch: Watch): Promise<Watched>;
}

/** Holds WebSockets also while the object sleeps. */
export type SocketState = Pick<
	DurableObjectState,
	| "acceptWebSocket"
	| "getWebSockets"
	| "getWebSocketAutoResponseTimestamp"
	| "setWebSocketAutoResponse"
>;

/** The part of a Worker that `GET /live` goes through. */
export interface LiveDoor {
	/** Puts a handler behind what guards reads … */
	read(handle: (c: Context) => Promise<Response>): typeof handle;
	/** … and behind what guards admin routes. */
	admin(handle: (c: Context) => Promise<Response>): typeof handle;
	/** Tells whether a counter may have a name. */
	mayBe(name: string): boolean;
	/** Tells whether pages of an origin may call. */
	allows(origin: string): boolean;
	/** Reaches a live object. */
	live(env: object, object: number): Pick<Fetcher, "fetch">;
}
