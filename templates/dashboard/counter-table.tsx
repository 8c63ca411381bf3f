import { useMemo, useState } from "preact/hooks";
import type { Actions } from "./actions.ts";
import { many, signed, whole } from "./format.ts";
import type { Picture } from "./picture.ts";
import { type Column, shownRows, type View } from "./rows.ts";

const COLUMNS: readonly [column: Column, title: string][] = [
	["name", "Counter"],
	["total", "Total"],
	["published", "In KV"],
	["rise", "Since opened"],
];

interface Props {
	picture: Picture;
	/** Counter that the chart shows. */
	picked: string | undefined;
	onPick(name: string | undefined): void;
	actions: Actions;
	/** Asks to reset one or, without a name, all. */
	onReset(name?: string): void;
}

/** Lists counters with their totals. */
export function CounterTable({
	picture,
	picked,
	onPick,
	actions,
	onReset,
}: Props) {
	const { totals, published, namespace } = picture;
	const [view, setView] = useState<View>({
		search: "",
		by: "total",
		isDown: true,
		page: 0,
	});
	const { rows, found, page, pages, first } = useMemo(
		() => shownRows(totals, published?.counters, view),
		[totals.revision, published, view],
	);
	const sortBy = (by: Column) =>
		setView({
			...view,
			by,
			isDown: by === view.by ? !view.isDown : by !== "name",
			page: 0,
		});
	const { count, step } = actions;
	const isEmpty = totals.counters.size === 0;
	return (
		<section class="panel counters" aria-labelledby="counters-title">
			<div class="panel-head">
				<h2 id="counters-title">Counters</h2>
				<input
					type="search"
					aria-label="Search counters"
					placeholder="Search"
					spellcheck={false}
					value={view.search}
					onInput={({ currentTarget }) =>
						setView({ ...view, search: currentTarget.value, page: 0 })
					}
				/>
				<button
					type="button"
					class="danger quiet"
					disabled={isEmpty}
					onClick={() => onReset()}
				>
					Reset all…
				</button>
			</div>
			{totals.isCut && (
				<p class="about">
					Only the first {whole(totals.counters.size)} by name are here, of{" "}
					{whole(picture.health?.counters ?? 0)}: this page shows no more.{" "}
					<code>GET /counters</code> has all of them, a page at a time.
				</p>
			)}
			<table>
				<thead>
					<tr>
						{COLUMNS.map(([column, title]) => (
							<th
								key={column}
								scope="col"
								class={column === "name" ? column : `number ${column}`}
								aria-sort={
									view.by !== column
										? undefined
										: view.isDown
											? "descending"
											: "ascending"
								}
							>
								<button
									type="button"
									class="sort"
									onClick={() => sortBy(column)}
								>
									{title}
								</button>
							</th>
						))}
						<th scope="col">
							<span class="unseen">Actions</span>
						</th>
					</tr>
				</thead>
				<tbody>
					{rows.map(({ name, total, published, rise }) => (
						<tr key={name} class={name === picked ? "is-picked" : ""}>
							<th scope="row" class="name">
								<button
									type="button"
									class="pick"
									aria-pressed={name === picked}
									title="Show in the chart"
									onClick={() => onPick(name === picked ? undefined : name)}
								>
									<bdi>{name}</bdi>
								</button>
							</th>
							<td class="number total">{whole(total)}</td>
							<td class="number published">
								{published === undefined ? "–" : whole(published)}
							</td>
							<td class={rise === 0 ? "number rise" : "number rise is-moved"}>
								{signed(rise)}
							</td>
							<td class="actions">
								{count && (
									<button
										type="button"
										class="quiet"
										aria-label={`Count ${signed(step)} on ${name}`}
										onClick={() => void count(name)}
									>
										{signed(step)}
									</button>
								)}
								<button
									type="button"
									class="danger quiet"
									aria-label={`Reset ${name}`}
									onClick={() => onReset(name)}
								>
									Reset
								</button>
							</td>
						</tr>
					))}
				</tbody>
			</table>
			{isEmpty && totals.sum && (
				<p class="empty">
					No counter of {namespace.name} has a total yet.
					{count && " Click the button above, and watch."}
				</p>
			)}
			{!isEmpty && (
				<div class="pages">
					<p role="status">
						{found === 0
							? `No counter of ${whole(totals.counters.size)} has that in its name`
							: found <= rows.length
								? many(found, "counter")
								: `${whole(first)} to ${whole(first + rows.length - 1)} of ${many(found, "counter")}`}
					</p>
					{pages > 1 && (
						<div class="buttons">
							<button
								type="button"
								disabled={page === 0}
								onClick={() => setView({ ...view, page: page - 1 })}
							>
								Back
							</button>
							<button
								type="button"
								disabled={page === pages - 1}
								onClick={() => setView({ ...view, page: page + 1 })}
							>
								Next
							</button>
						</div>
					)}
				</div>
			)}
		</section>
	);
}
