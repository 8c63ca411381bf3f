/** Time of a dot on its way. */
const TRAVEL_MS = 900;

/** Time that several dots of one look are spread over. */
const SPREAD_MS = 1_400;

/** Dots on one track for one look, however much happened. */
const MAX_DOTS = 5;

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** Writes the track between two boxes, as a path in the field that both are in. */
export function pathBetween(
	field: Element,
	from: Element | undefined,
	to: Element | undefined,
): string {
	if (!from || !to) return "";
	const { left, top } = field.getBoundingClientRect();
	const [a, b] = [from.getBoundingClientRect(), to.getBoundingClientRect()];
	const at = (x: number, y: number) =>
		`${Math.round(x - left)} ${Math.round(y - top)}`;
	if (b.left >= a.right) {
		const [y1, y2] = [a.top + a.height / 2, b.top + b.height / 2];
		const middle = (a.right + b.left) / 2;
		return `M${at(a.right, y1)}C${at(middle, y1)} ${at(middle, y2)} ${at(b.left, y2)}`;
	}
	const [x1, x2] = [a.left + a.width / 2, b.left + b.width / 2];
	const middle = (a.bottom + b.top) / 2;
	return `M${at(x1, a.bottom)}C${at(x1, middle)} ${at(x2, middle)} ${at(x2, b.top)}`;
}

/**
 * Sends dots from box to box, and lights up the one where they arrive. Where
 * people want no motion, that box lights up at once.
 */
export function travel(
	field: Element,
	from: Element | undefined,
	to: Element | undefined,
	times: number,
	kind: "count" | "batch" | "totals",
): void {
	if (times <= 0 || !from || !to) return;
	if (STILL.matches) {
		lightUp(to);
		return;
	}
	const dots = Math.min(times, MAX_DOTS);
	const path = pathBetween(field, from, to);
	for (let n = 0; n < dots; n++)
		void send(field, path, to, kind, (n * SPREAD_MS) / dots);
}

async function send(
	field: Element,
	path: string,
	to: Element,
	kind: string,
	delay: number,
): Promise<void> {
	const dot = document.createElement("span");
	dot.className = `dot is-${kind}`;
	dot.style.offsetPath = `path("${path}")`;
	field.querySelector(".travellers")?.append(dot);
	try {
		await dot.animate(
			[
				{ offsetDistance: "0%", opacity: 0 },
				{ offsetDistance: "15%", opacity: 1, offset: 0.15 },
				{ offsetDistance: "100%", opacity: 1 },
			],
			{ duration: TRAVEL_MS, delay, easing: "ease-in-out", fill: "backwards" },
		).finished;
		lightUp(to);
	} finally {
		dot.remove();
	}
}

function lightUp(box: Element): void {
	const color = getComputedStyle(box).getPropertyValue("--accent");
	box.animate([{ borderColor: color, boxShadow: `0 0 0 3px ${color}40` }, {}], {
		duration: 700,
		easing: "ease-out",
	});
}
