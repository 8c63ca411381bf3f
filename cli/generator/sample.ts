import { look, quantifier, tokens } from "../config/patterns.ts";
import type { Namespace } from "../config/schema.ts";

/** Names that read better than what a pattern is made of. */
const GUESSES = ["signups", "Signups", "SIGNUPS", "/home"];

/** Longest name that the runtime takes. */
const MAX_NAME_CHARACTERS = 256;

type Named = Pick<Namespace, "names">;

/**
 * Chooses a counter's name for examples: one that the namespace accepts, or NAME
 * if its pattern gives none away.
 */
export function sampleName(namespace: Named): string {
	const { names } = namespace;
	if (typeof names !== "string") return names[0] ?? "NAME";
	// Optional parts make a fuller name, unless none then matches.
	const spelled = [1, 0].map((least) => spellOut(names, least));
	const all = [...GUESSES, ...spelled];
	return all.find((name) => accepts(namespace, name)) ?? "NAME";
}

/** Tells whether a counter of the namespace may have that name. */
export function accepts({ names }: Named, name: string): boolean {
	if (/^\.{0,2}$/.test(name) || name.length > MAX_NAME_CHARACTERS) return false;
	return typeof names === "string"
		? new RegExp(names, "u").test(name)
		: names.includes(name);
}

/** A group, or the whole, as far as it was spelled out. */
interface Spelled {
	/** The first alternative that is something. */
	first: string;
	/** The alternative that is being read. */
	text: string;
	isLook: boolean;
}

/**
 * Spells out a text that a pattern is likely to match: of a group the first
 * alternative, each piece as often as it must be there, or `least` times.
 *
 * @param source a valid expression with the flag `u`
 */
function spellOut(source: string, least: number): string {
	const all = source.match(tokens) ?? [];
	const whole: Spelled = { first: "", text: "", isLook: false };
	const open = [whole];
	const here = () => open.at(-1) ?? whole;
	for (const [at, token] of all.entries()) {
		if (token.startsWith("("))
			open.push({ first: "", text: "", isLook: look.test(token) });
		else if (token === "|") {
			here().first ||= here().text;
			here().text = "";
		} else if (!quantifier.test(token)) {
			const piece = token === ")" ? result(open.pop()) : characterOf(token);
			const times = Math.max(timesOf(all[at + 1]), least);
			here().text += piece.repeat(times).slice(0, MAX_NAME_CHARACTERS);
		}
	}
	return result(whole);
}

function result(group: Spelled | undefined): string {
	return !group || group.isLook ? "" : group.first || group.text;
}

/** Tells how often a piece must be there that this token follows. */
function timesOf(next = ""): number {
	if (!quantifier.test(next) || next.startsWith("+")) return 1;
	const [, least = "0"] = /^\{(\d+)/.exec(next) ?? [];
	return Math.min(Number(least), MAX_NAME_CHARACTERS);
}

/** Characters that a piece of a pattern is tried with: letters first. */
const CHARACTERS = [
	..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890-_./:",
	...Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n)),
];

/** Finds a character that a token matches; none for a place, or a reference. */
function characterOf(token: string): string {
	if (/^[\^$]$|^\\(?:[bB1-9]|k<)/.test(token)) return "";
	const piece = new RegExp(`^${token}$`, "u");
	return [...CHARACTERS, token].find((one) => piece.test(one)) ?? "";
}
