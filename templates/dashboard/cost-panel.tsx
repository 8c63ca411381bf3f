import { dollars, LINES } from "../../cli/plan/units.ts";
import { PLAN_DOLLARS, PRICES_READ } from "../../cli/planner/prices.ts";
import { costOf } from "./cost.ts";
import { perSecond } from "./format.ts";
import type { Picture } from "./picture.ts";

/** Lines of a bill that are worth a row, US dollars. */
const LEAST_DOLLARS = 0.005;

/** Says what a month costs at the rate since the page was opened. */
export function CostPanel({ picture }: { picture: Picture }) {
	const cost = costOf(picture);
	const lines = (cost?.bill.lines ?? [])
		.filter((line) => line.dollars >= LEAST_DOLLARS)
		.toSorted((a, b) => b.dollars - a.dollars);
	return (
		<section class="panel cost" aria-labelledby="cost-title">
			<h2 id="cost-title">At this rate</h2>
			{!cost ? (
				<p class="empty">Measured after ten seconds.</p>
			) : (
				<>
					<p class="big">
						${dollars(cost.bill.dollars)}
						<small> a month</small>
					</p>
					<table>
						<thead class="unseen">
							<tr>
								<th scope="col">Line of the bill</th>
								<th scope="col" class="number">
									US$
								</th>
							</tr>
						</thead>
						<tbody>
							{lines.map(({ line, dollars: price }) => (
								<tr key={line}>
									<th scope="row">{LINES[line]}</th>
									<td class="number">{dollars(price)}</td>
								</tr>
							))}
							<tr>
								<th scope="row">the paid plan</th>
								<td class="number">{dollars(PLAN_DOLLARS)}</td>
							</tr>
						</tbody>
					</table>
					<p class="about">
						{perSecond(cost.rate)} requests a second since you opened this page,
						all month, in this namespace alone. Reads, viewers and this page are
						not in it. Prices of {PRICES_READ}; <code>counter-gen plan</code>{" "}
						says more.
					</p>
				</>
			)}
		</section>
	);
}
