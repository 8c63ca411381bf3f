import {
	parseLine,
	splitLines,
} from "../../templates/runtime/idempotency/key-line.ts";
import type { Storage } from "./storage.ts";

interface KeyOnDisk {
	key: string;
	/** Milliseconds since 1970. */
	expires: number;
	/** It was counted, and not only claimed. */
	isCounted: boolean;
}

/** Lists what a shard's disk tells of keys, expired ones included. */
export function keysOnDisk(storage: Storage): KeyOnDisk[] {
	if (!storage.has("keyJournal")) return [];
	const rows = storage.rows<{
		key: string;
		expires: number;
		fingerprint: string | null;
	}>(
		`SELECT key, expires, fingerprint FROM keyRows0
		UNION ALL SELECT key, expires, fingerprint FROM keyRows1`,
	);
	const texts = storage.rows<{ lines: string }>(
		`SELECT lines FROM keyPacks0 UNION ALL SELECT lines FROM keyPacks1
		UNION ALL SELECT lines FROM keyJournal
			WHERE round = (SELECT round FROM keyTables)`,
	);
	return [
		...rows.map(({ fingerprint, ...row }) => ({
			...row,
			isCounted: fingerprint !== null,
		})),
		...texts
			.flatMap(({ lines }) => splitLines(lines))
			.map(parseLine)
			.map(({ key, expires }) => ({ key, expires, isCounted: true })),
	];
}
