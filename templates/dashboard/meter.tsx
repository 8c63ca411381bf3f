interface Props {
	/** Name for those who do not see it. */
	label: string;
	value: number;
	max: number;
	/** Value and bound in words. */
	text: string;
	isLate?: boolean;
}

/** Draws a value against its threshold as a bar. */
export function Meter({ label, value, max, text, isLate = false }: Props) {
	const part = max > 0 ? Math.min(value / max, 1) : 0;
	return (
		<div class={isLate ? "bar is-late" : "bar"}>
			<meter
				class="unseen"
				aria-label={label}
				min={0}
				max={max}
				value={Math.min(value, max)}
				aria-valuetext={text}
			>
				{text}
			</meter>
			<span style={{ transform: `scaleX(${part})` }} />
		</div>
	);
}
