/** Ends of a text that every match reaches. */
export interface Ends {
	start: boolean;
	end: boolean;
}

/** The tokens of a valid expression with the flag `u`. */
export const tokens: RegExp =
	/\\(?:[pPu]\{[^}]*\}|k<[^>]*>|u[\da-f]{4}|x[\da-f]{2}|c[a-z]|\d+|.)|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?|[*+?]\??|\{\d+(?:,\d*)?\}\??|./gisu;

/** Tokens that assert something of a place without taking text. */
export const look: RegExp = /^\(\?<?[=!]$|^\\[bB]$/;
export const quantifier: RegExp = /^(?:[*+?]|\{\d)/;
const mayBeNone = /^(?:[*?]|\{0+[,}])/;

/** A group, or the whole, as far as it was read. */
class Alternatives {
	readonly isLook: boolean;
	/** Of the alternatives before this one. */
	#all: Ends = { start: true, end: true };
	#first: Ends | undefined;
	#last: Ends | undefined;

	constructor(isLook: boolean) {
		this.isLook = isLook;
	}

	add(piece: Ends): void {
		this.#first ??= piece;
		this.#last = piece;
	}

	/** Ends an alternative; answers what holds for all until here. */
	close(): Ends {
		this.#all = {
			start: this.#all.start && this.#first?.start === true,
			end: this.#all.end && this.#last?.end === true,
		};
		this.#first = this.#last = undefined;
		return this.#all;
	}
}

/**
 * Finds the ends at which an expression is tied to the text. `.*` counts as
 * tied: it says itself that anything may stand there. A look around never does.
 *
 * @param source a valid expression with the flag `u`
 */
export function endsOf(source: string): Ends {
	const all = source.match(tokens) ?? [];
	const whole = new Alternatives(false);
	const open: Alternatives[] = [];
	for (const [at, token] of all.entries()) {
		const here = open.at(-1) ?? whole;
		const next = all[at + 1] ?? "";
		if (token.startsWith("(")) open.push(new Alternatives(look.test(token)));
		else if (token === "|") here.close();
		else if (token === ")") {
			open.pop();
			const inner = here.close();
			if (!here.isLook) (open.at(-1) ?? whole).add(repeated(inner, next));
		} else if (token === "." && /^[*+]/.test(next))
			here.add({ start: true, end: true });
		else if (!quantifier.test(token) && !look.test(token))
			here.add(repeated({ start: token === "^", end: token === "$" }, next));
	}
	return whole.close();
}

/** Loosens a piece that its quantifier lets be left out: it ties nothing. */
function repeated(piece: Ends, next: string): Ends {
	return mayBeNone.test(next) ? { start: false, end: false } : piece;
}

/** Rewrites an expression to match what `source` does, but whole texts only. */
export function anchored(source: string): string {
	const parts: string[][] = [[]];
	let depth = 0;
	for (const token of source.match(tokens) ?? []) {
		if (token.startsWith("(")) depth++;
		if (token === ")") depth--;
		if (token === "|" && depth === 0) parts.push([]);
		else parts.at(-1)?.push(token);
	}
	const inner = parts.map((part) => {
		const from = part[0] === "^" ? 1 : 0;
		return part.slice(from, part.at(-1) === "$" ? -1 : undefined).join("");
	});
	return inner.length > 1 ? `^(?:${inner.join("|")})$` : `^${inner[0]}$`;
}

/**
 * Ways to match one text, past which an expression is slow; and steps to find
 * that out with, which take a second or two at worst. A longer search finds
 * next to nothing that people write.
 */
const bounds = { maxScore: 20_000, maxSteps: 8_000, timeout: Infinity };

/** Environments and `defaults` repeat expressions, and one can take a second. */
const known = new Map<string, boolean>();

/** Tells whether some text is sure to keep the expression busy. */
export async function isSlow(source: string): Promise<boolean> {
	const slow = known.get(source) ?? (await search(source));
	known.set(source, slow);
	return slow;
}

async function search(source: string): Promise<boolean> {
	// It takes long to load, and only `validate` asks.
	const { isSafe } = await import("redos-detector");
	try {
		return isSafe(new RegExp(source, "u"), bounds).error === "hitMaxScore";
	} catch {
		// Named groups, and what else is newer than its parser.
		return false;
	}
}
