import { signed, whole } from "./format.ts";
import type { Picture } from "./picture.ts";

/** Lists the requests that were refused, by the code of the problem. */
export function Refusals({ picture }: { picture: Picture }) {
	const { health, refusalsAtOpen } = picture;
	const refusals = Object.entries(health?.refusals ?? {}).sort(
		([, a], [, b]) => b - a,
	);
	return (
		<section class="panel refusals" aria-labelledby="refusals-title">
			<h2 id="refusals-title">Refused</h2>
			{refusals.length === 0 ? (
				<p class="empty">Nothing was refused.</p>
			) : (
				<table>
					<thead>
						<tr>
							<th scope="col">Reason</th>
							<th scope="col" class="number">
								Requests
							</th>
							<th scope="col" class="number">
								Since opened
							</th>
						</tr>
					</thead>
					<tbody>
						{refusals.map(([code, requests]) => (
							<tr key={code}>
								<th scope="row">
									<code>{code}</code>
								</th>
								<td class="number">{whole(requests)}</td>
								<td class="number">
									{signed(requests - (refusalsAtOpen[code] ?? 0))}
								</td>
							</tr>
						))}
					</tbody>
				</table>
			)}
		</section>
	);
}
