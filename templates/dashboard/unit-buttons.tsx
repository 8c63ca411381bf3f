import type { HistoryUnit } from "../runtime/history/contract.ts";

interface Props {
	/** Says what the units are of. */
	label: string;
	units: readonly HistoryUnit[];
	chosen: HistoryUnit;
	onChoose(unit: HistoryUnit): void;
}

/** Lets one choose between minutes, hours and days. */
export function UnitButtons({ label, units, chosen, onChoose }: Props) {
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
