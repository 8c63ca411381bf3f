/** Whether every match reaches from the start, and to the end, of a text. */
export interface Ends {
	start: boolean;
	end: boolean;
}

/** One alternative of an expression: its tokens, without the anchors around. */
type Alternative = Ends & { inner: string };

/** The tokens of a valid expression with the flag `u`. */
const tokens =
	/\\(?:[pPu]\{[^}]*\}|k<[^>]*>|.)|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?|[*+?]\??|\{\d+(?:,\d*)?\}\??|./gsu;

/**
 * Where an expression is tied to the text. `.*` counts as tied: it says itself
 * that anything may stand there. A look around never does.
 *
 * @param source a valid expression with the flag `u`
 */
export function endsOf(source: string): Ends {
	return combine(alternatives(source.match(tokens) ?? []));
}

/** The expression that matches what `source` does, but whole texts only. */
export function anchored(source: string): string {
	const parts = alternatives(source.match(tokens) ?? []);
	const inner = parts.map((one) => one.inner).join("|");
	return parts.length > 1 ? `^(?:${inner})$` : `^${inner}$`;
}

function combine(all: readonly Alternative[]): Ends {
	return {
		start: all.every((one) => one.start),
		end: all.every((one) => one.end),
	};
}

/** Splits at every `|` that stands in no group. */
function alternatives(all: readonly string[]): Alternative[] {
	const found: string[][] = [[]];
	let depth = 0;
	for (const token of all) {
		if (token.startsWith("(")) depth++;
		if (token === ")") depth--;
		if (token === "|" && depth === 0) found.push([]);
		else found.at(-1)?.push(token);
	}
	return found.map((one) => {
		const from = one[0] === "^" ? 1 : 0;
		const to = one.at(-1) === "$" ? -1 : undefined;
		const pieces = piecesOf(one);
		return {
			start: pieces[0]?.start ?? false,
			end: pieces.at(-1)?.end ?? false,
			inner: one.slice(from, to).join(""),
		};
	});
}

/** What follows each other in one alternative, but for looks around. */
function piecesOf(all: readonly string[]): Ends[] {
	const pieces: Ends[] = [];
	for (let at = 0; at < all.length; at++) {
		const from = at;
		const token = all[from] ?? "";
		const group = token.startsWith("(");
		if (group) at = closing(all, from);
		const inner = all.slice(from + 1, at);
		const quantifier = /^(?:[*+?]|\{\d)/.test(all[at + 1] ?? "")
			? (all[++at] ?? "")
			: "";
		if (/^(?:\(\?<?[=!]|\\[bB]$)/.test(token)) continue;
		const anything = token === "." && /^[*+]/.test(quantifier);
		if (anything) pieces.push({ start: true, end: true });
		// What may be left out ties nothing.
		else if (/^(?:[*?]|\{0+[,}])/.test(quantifier))
			pieces.push({ start: false, end: false });
		else if (group) pieces.push(combine(alternatives(inner)));
		else pieces.push({ start: token === "^", end: token === "$" });
	}
	return pieces;
}

/** Where the group that opens at `at` ends. */
function closing(all: readonly string[], at: number): number {
	let depth = 0;
	for (let n = at; n < all.length; n++) {
		if (all[n]?.startsWith("(")) depth++;
		if (all[n] === ")" && --depth === 0) return n;
	}
	return all.length;
}
