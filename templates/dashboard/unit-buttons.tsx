interface Props<Unit extends string> {
	/** Says what the units are of. */
	label: string;
	units: readonly Unit[];
	chosen: NoInfer<Unit>;
	onChoose(unit: NoInfer<Unit>): void;
}

/** Lets one choose between minutes, hours and days. */
export function UnitButtons<Unit extends string>({
	label,
	units,
	chosen,
	onChoose,
}: Props<Unit>) {
	return (
		<fieldset class="units" aria-label={label}>
			{units.map((unit) => (
				<button
					key={unit}
					type="button"
					class="quiet"
					aria-pressed={unit === chosen}
					onClick={() => onChoose(unit)}
				>
					{unit}
				</button>
			))}
		</fieldset>
	);
}
