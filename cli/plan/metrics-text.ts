/** One number of a metrics text. */
export interface Sample {
	name: string;
	labels: Readonly<Record<string, string>>;
	value: number;
}

/**
 * Reads the samples of a text in the format of Prometheus; leaves out what is none.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function metricsIn(text: string): Sample[] {
	return text.split("\n").flatMap((line) => {
		const [, name = "", inBraces = "", number = ""] =
			/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
		const value = Number(number);
		if (name === "" || Number.isNaN(value)) return [];
		const labels = inBraces.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
		return [
			{
				name,
				labels: Object.fromEntries(
					[...labels].map(([, label = "", text = ""]) => [label, text]),
				),
				value,
			},
		];
	});
}
