import type { Cluster } from "./cluster.ts";
import type { Incarnation, SimulatedObject } from "./object.ts";

/** Bytes that each message takes up on its way: two of them are much. */
const MESSAGE_BYTES = 40_000;

/** The client's end of a WebSocket. */
export interface Client {
	/** @param life of the object in which it was sent */
	received(text: string, life: Incarnation | undefined): void;
	/** 1006 if the other end is gone. */
	closed(code: number): void;
}

/** A viewer's WebSocket as a live object has it: what is sent arrives in order. */
export class SimulatedSocket {
	/** Bytes on their way. */
	bufferedAmount = 0;
	isOpen = true;
	readonly #cluster: Cluster;
	readonly #object: SimulatedObject;
	readonly #client: Client;
	/** Most milliseconds that a message takes to the client. */
	readonly #slowMs: number;
	#attachment: unknown = null;
	readonly #underWay: (() => void)[] = [];
	/** Moment at which the last of these arrives. */
	#arrivesAt = 0;
	/** Messages on their way are lost. */
	#isCut = false;

	constructor(cluster: Cluster, object: SimulatedObject, client: Client) {
		const { random, faults } = cluster;
		this.#cluster = cluster;
		this.#object = object;
		this.#client = client;
		this.#slowMs = random.chance(faults.slowViewers) ? 20_000 : 10;
		object.sockets.add(this);
	}

	send(text: string): void {
		if (!this.isOpen) throw new Error("the socket is closed");
		this.bufferedAmount += MESSAGE_BYTES;
		const { incarnation } = this.#object;
		this.#deliver(() => {
			this.bufferedAmount -= MESSAGE_BYTES;
			if (!this.#isCut) this.#client.received(text, incarnation);
		});
	}

	close(code: number): void {
		if (!this.isOpen) return;
		this.#end();
		this.#deliver(() => this.#client.closed(code));
	}

	serializeAttachment(attachment: unknown): void {
		this.#attachment = structuredClone(attachment);
	}

	deserializeAttachment(): unknown {
		return structuredClone(this.#attachment);
	}

	/** The object is gone. */
	drop(): void {
		if (!this.isOpen) return;
		this.#end();
		this.#isCut = this.#cluster.random.chance(0.5);
		this.#deliver(() => this.#client.closed(1006));
	}

	/** The client leaves: the object hears of it later, and may have to wake for it. */
	leave(): void {
		if (!this.isOpen) return;
		this.#end();
		this.#isCut = true;
		this.#cluster.later(() => this.#object.viewerLeft(this));
	}

	#end(): void {
		this.isOpen = false;
		this.#object.sockets.delete(this);
	}

	#deliver(run: () => void): void {
		const { scheduler, random } = this.#cluster;
		const at = scheduler.now + random.int(0, this.#slowMs);
		this.#arrivesAt = Math.max(this.#arrivesAt, at);
		this.#underWay.push(run);
		// Events of one moment come in no order, what they bring does.
		scheduler.after(this.#arrivesAt - scheduler.now, () =>
			this.#underWay.shift()?.(),
		);
	}
}
