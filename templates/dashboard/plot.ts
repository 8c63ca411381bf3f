import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";

/** Steps of a scale of whole numbers. */
export const WHOLE_STEPS: number[] = [1, 2, 5]
	.flatMap((step) =>
		Array.from({ length: 16 }, (_, power) => step * 10 ** power),
	)
	.sort((a, b) => a - b);

const DARK = matchMedia("(prefers-color-scheme: dark)");

/** Draws a chart in a box: anew when its colours change, and as large as the box. */
export function useRedrawn(
	place: RefObject<HTMLDivElement | null>,
	make: (box: HTMLDivElement) => uPlot,
): { readonly current: uPlot | undefined } {
	const plot = useRef<uPlot>(undefined);
	useEffect(() => {
		const box = place.current;
		if (!box) return;
		const draw = () => {
			plot.current?.destroy();
			plot.current = make(box);
		};
		draw();
		const observer = new ResizeObserver(() =>
			plot.current?.setSize(sizeOf(box)),
		);
		observer.observe(box);
		DARK.addEventListener("change", draw);
		return () => {
			observer.disconnect();
			DARK.removeEventListener("change", draw);
			plot.current?.destroy();
		};
	}, []);
	return plot;
}

export function sizeOf(box: Element): { width: number; height: number } {
	return { width: box.clientWidth, height: box.clientHeight };
}

/** Reads the colours of the page, as they are now. */
export function colorsOf(box: Element): (name: string) => string {
	const style = getComputedStyle(box);
	return (name) => style.getPropertyValue(name).trim();
}

/** The look of all axes. */
export function axisOf(box: Element): uPlot.Axis {
	const { fontSize, fontFamily } = getComputedStyle(box);
	const color = colorsOf(box);
	return {
		stroke: color("--muted"),
		font: `${fontSize} ${fontFamily}`,
		grid: { stroke: color("--line"), width: 1 },
		ticks: { show: false },
	};
}
