/** Whether every match reaches from the start, and to the end, of a text. */
export interface Ends {
	start: boolean;
	end: boolean;
}

/** The tokens of a valid expression with the flag `u`. */
const tokens =
	/\\(?:[pPu]\{[^}]*\}|k<[^>]*>|.)|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?|[*+?]\??|\{\d+(?:,\d*)?\}\??|./gsu;

/** What asserts something of a place without taking text. */
const look = /^\(\?<?[=!]$|^\\[bB]$/;
const quantifier = /^(?:[*+?]|\{\d)/;
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
 * Where an expression is tied to the text. `.*` counts as tied: it says itself
 * that anything may stand there. A look around never does.
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

/** A piece before a quantifier: what may be left out ties nothing. */
function repeated(piece: Ends, next: string): Ends {
	return mayBeNone.test(next) ? { start: false, end: false } : piece;
}

/** The expression that matches what `source` does, but whole texts only. */
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
