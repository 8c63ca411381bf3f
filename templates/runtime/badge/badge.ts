import { inkOn } from "./color.ts";
import { widthOf } from "./width.ts";

/** Content of a badge: a label beside a message on a colour. */
export interface Badge {
	/** Left part; empty: the message stands alone. */
	label: string;
	message: string;
	/** Colour behind the message: six hexadecimal digits. */
	color: string;
	/** Words for who cannot see it; by default label and message. */
	title?: string;
}

const HEIGHT_PX = 20;

/** Room on both sides of a text. */
const PADDING_PX = 6;

const LABEL_COLOR = "555555";

/** Matches what SVG cannot hold, or what would turn the text around it. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\p{Bidi_Control}]/gu;

/** Makes a text fit for a badge: one line without control characters. */
export function plain(text: string): string {
	return text.replaceAll(/\s+/g, " ").replaceAll(UNFIT, "").trim();
}

/**
 * Draws a badge as SVG. It has no ids, scripts, styles or fonts of its own: the
 * same badge is the same text, and may stand in a page many times.
 */
export function drawBadge(badge: Badge): string {
	const { label, message, color } = badge;
	const left = label === "" ? 0 : roomFor(label);
	const right = roomFor(message);
	const width = left + right;
	const title = escaped(
		badge.title ?? (label === "" ? message : `${label}: ${message}`),
	);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT_PX}" viewBox="0 0 ${width} ${HEIGHT_PX}" role="img" aria-label="${title}">`,
		`<title>${title}</title>`,
		`<rect width="${width}" height="${HEIGHT_PX}" rx="3" fill="#${color}"/>`,
		`<g text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">`,
		...(left > 0
			? [
					`<path d="M3 0h${left - 3}v${HEIGHT_PX}H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#${LABEL_COLOR}"/>`,
					drawText(label, left / 2, LABEL_COLOR),
				]
			: []),
		drawText(message, left + right / 2, color),
		"</g></svg>\n",
	].join("");
}

/** The same for shields.io to draw: https://shields.io/badges/endpoint-badge */
export function shieldsBadge({ label, message, color }: Badge): object {
	return { schemaVersion: 1, label, message, color };
}

function drawText(text: string, x: number, color: string): string {
	return `<text x="${x}" y="14" unicode-bidi="plaintext" fill="${inkOn(color)}">${escaped(text)}</text>`;
}

function roomFor(text: string): number {
	return Math.ceil(widthOf(text)) + 2 * PADDING_PX;
}

const ENTITIES: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
};

function escaped(text: string): string {
	return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}
