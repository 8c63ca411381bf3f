/** Kept, since one takes longer to make than a thousand numbers to write. */
const formats = new Map<string, Intl.NumberFormat>();

/** Writes a number as the language does; as the browser's own does if it is unknown. */
export function formatted(value: number, language: string): string {
	let format = formats.get(language);
	if (!format) {
		format = numberFormat(language);
		formats.set(language, format);
	}
	return format.format(value);
}

function numberFormat(language: string): Intl.NumberFormat {
	try {
		return new Intl.NumberFormat(language || undefined);
	} catch {
		// `lang` may be anything, such as `en_US`.
		return new Intl.NumberFormat();
	}
}
