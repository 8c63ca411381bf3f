const SECONDS: Readonly<Record<string, number>> = {
	s: 1,
	min: 60,
	h: 3_600,
	day: 86_400,
	/** 30 days, as a month is billed here. */
	month: 2_592_000,
};

const FACTORS: Readonly<Record<string, number>> = {
	"": 1,
	k: 1e3,
	M: 1e6,
	G: 1e9,
};

/** Reads `20`, `1.5k`, `50M/month`, `2M/day` as a rate a second; NaN for anything else. */
export function parseRate(text: string): number {
	const [, number, unit = "s"] =
		/^([^/]+)(?:\/(s|min|h|day|month))?$/.exec(text) ?? [];
	return parseAmount(number ?? "") / (SECONDS[unit] ?? Number.NaN);
}

/** Reads `20`, `1.5k` or `50M`; NaN for anything else. */
export function parseAmount(text: string): number {
	const [, digits, factor = ""] = /^(\d+(?:\.\d+)?)([kMG]?)$/.exec(text) ?? [];
	return Number(digits) * (FACTORS[factor] ?? Number.NaN);
}
