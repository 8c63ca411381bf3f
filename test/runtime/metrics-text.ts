/** A metric as a scraper reads it. */
export interface Family {
	type: string;
	help: string;
	/** Values by the labels as they stand in braces. */
	samples: Map<string, number>;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/.source;
/** Any character but a quote, a backslash or a line's end; or an escape. */
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"/.source;
const NUMBER = /[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN/.source;

const HELP = new RegExp(`^# HELP (${NAME}) ((?:[^\\\\]|\\\\[\\\\n])+)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge)$`);
const SAMPLE = new RegExp(
	`^(${NAME})\\{(${LABEL}(?:,${LABEL})*)\\} (${NUMBER})$`,
);

/**
 * Reads the text format of Prometheus as strictly as its specification allows:
 * HELP, TYPE and all samples of a metric together, each once, no other lines.
 *
 * @throws if a line is not allowed where it stands
 */
export function parseMetrics(text: string): Map<string, Family> {
	const families = new Map<string, Family>();
	if (!text.endsWith("\n")) throw new Error("the last line does not end");
	let current: [name: string, family: Family] | undefined;
	for (const line of text.split("\n").slice(0, -1)) {
		const [, helped, help = ""] = HELP.exec(line) ?? [];
		const [, typed, type = ""] = TYPE.exec(line) ?? [];
		const [, name, labels = "", value] = SAMPLE.exec(line) ?? [];
		if (helped !== undefined && !families.has(helped)) {
			current = [helped, { type: "", help, samples: new Map() }];
			families.set(...current);
		} else if (
			typed !== undefined &&
			typed === current?.[0] &&
			!current[1].type
		)
			current[1].type = type;
		else if (
			name !== undefined &&
			name === current?.[0] &&
			current[1].type &&
			!current[1].samples.has(labels)
		)
			current[1].samples.set(labels, Number(value));
		else throw new Error(`not allowed here: ${line}`);
	}
	return families;
}
