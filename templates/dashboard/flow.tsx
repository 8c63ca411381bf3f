import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Actions } from "./actions.ts";
import { Connection } from "./connection.tsx";
import { CountForm } from "./count-form.tsx";
import { clock, duration, perSecond, short, whole } from "./format.ts";
import { Lag } from "./lag.tsx";
import { folded, type Lane, lanesOf } from "./lanes.ts";
import type { Picture } from "./picture.ts";
import { Lanes } from "./shard.tsx";
import { pathBetween, travel } from "./travel.ts";

interface Props {
	picture: Picture;
	actions: Actions;
	/** Asks to flush shards. */
	onFlush(shards: readonly number[]): void;
}

/** Draws the way of counts, from requests over shards and the global object to KV. */
export function Flow({ picture, actions, onFlush }: Props) {
	const { namespace, health, totals, published } = picture;
	const all = health ? lanesOf(health, namespace) : [];
	const lanes = folded(all);
	const field = useRef<HTMLDivElement>(null);
	const [paths, setPaths] = useState<readonly string[]>([]);
	const [showsAll, setShowsAll] = useState(false);

	// Draws the tracks anew whenever a box has moved.
	useLayoutEffect(() => {
		const box = field.current;
		if (!box) return;
		const draw = () => setPaths(tracksOf(box));
		const observer = new ResizeObserver(draw);
		observer.observe(box);
		draw();
		return () => observer.disconnect();
	}, [lanes.length]);

	useEffect(() => {
		if (field.current) animate(field.current, picture);
	}, [health]);

	const holding = all.filter(({ requests }) => requests > 0);
	const { kv } = health ?? {};
	return (
		<section class="panel flow" aria-labelledby="flow-title">
			<div class="panel-head">
				<h2 id="flow-title">The way of a count</h2>
				<Connection picture={picture} />
				<button
					type="button"
					disabled={holding.length === 0}
					onClick={() => onFlush(holding.flatMap(({ shards }) => shards))}
				>
					Flush now…
				</button>
			</div>
			<div class="field" ref={field}>
				<svg class="tracks" aria-hidden="true">
					{paths.map((path) => (
						<path key={path} d={path} />
					))}
				</svg>
				<div class="travellers" aria-hidden="true" />
				<section class="stage requests" data-stage="requests">
					<h3>Requests</h3>
					<p class="big">
						{perSecond(rateOf(picture))}
						<small> a second</small>
					</p>
					{actions.count ? (
						<CountForm
							count={actions.count}
							step={actions.step}
							namespace={namespace}
							names={totals.counters}
						/>
					) : (
						<p class="about">Each picks a shard at random.</p>
					)}
				</section>
				<Lanes lanes={lanes} after={namespace.shardWriteToGlobalAfter} />
				<section class="stage global" data-stage="global">
					<h3>Global object</h3>
					<p class="big">{short(totals.sum?.last ?? 0)}</p>
					<p class="about">
						{whole(health?.counters ?? 0)} of {whole(namespace.maxCounters)}{" "}
						counters
					</p>
					<Lag
						label="Oldest count that the global object does not have"
						lag={Math.max(0, ...all.map(({ lag }) => lag))}
						after={namespace.shardWriteToGlobalAfter}
						failures={Math.max(0, ...all.map(({ failures }) => failures))}
					/>
				</section>
				<section class="stage kv" data-stage="kv">
					<h3>KV</h3>
					<p class="big">{short(published?.sum ?? 0)}</p>
					<p class="about">
						{published?.asOf === undefined
							? "what everyone reads"
							: `as of ${clock(Date.parse(published.asOf))}`}
					</p>
					<Lag
						label="Oldest write that KV does not have"
						lag={kv?.lag ?? 0}
						after={namespace.globalWriteToKVAfter}
						failures={kv?.failures.inRow ?? 0}
					/>
				</section>
			</div>
			<p class="about thresholds">
				A shard flushes{" "}
				{bound(
					namespace.shardMinRequestToGlobal,
					"request",
					namespace.shardWriteToGlobalAfter,
				)}
				. The global object publishes{" "}
				{bound(
					namespace.globalMinWritesToKV,
					"write",
					namespace.globalWriteToKVAfter,
				)}
				.
			</p>
			{all.length > lanes.length && (
				<details
					onToggle={({ currentTarget }) => setShowsAll(currentTarget.open)}
				>
					<summary>All {whole(all.length)} shards</summary>
					{showsAll && (
						<Lanes lanes={all} after={namespace.shardWriteToGlobalAfter} />
					)}
				</details>
			)}
		</section>
	);
}

/** Words two thresholds. */
function bound(writes: number, noun: string, afterMs: number): string {
	const first = `after ${whole(writes)} ${noun}${writes === 1 ? "" : "s"}`;
	return afterMs > 0 ? `${first} or ${duration(afterMs)}` : first;
}

/** Requests a second that came since the look before. */
function rateOf({ health, before, namespace }: Picture): number {
	if (!health || !before) return 0;
	const arrived = (of: Picture["health"]) =>
		of ? sum(lanesOf(of, namespace).map((lane) => lane.arrived)) : 0;
	const requests = arrived(health) - arrived(before.health);
	return Math.max(0, requests / (before.ms / 1_000));
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((all, one) => all + one, 0);
}

interface Boxes {
	requests: Element | undefined;
	lanes: readonly Element[];
	global: Element | undefined;
	kv: Element | undefined;
}

function boxesIn(field: Element): Boxes {
	const stage = (name: string) =>
		field.querySelector(`[data-stage=${name}]`) ?? undefined;
	return {
		requests: stage("requests"),
		lanes: [...field.querySelectorAll(":scope > .lanes > li")],
		global: stage("global"),
		kv: stage("kv"),
	};
}

function tracksOf(field: Element): string[] {
	const { requests, lanes, global, kv } = boxesIn(field);
	return [
		...lanes.flatMap((lane) => [
			pathBetween(field, requests, lane),
			pathBetween(field, lane, global),
		]),
		pathBetween(field, global, kv),
	];
}

/** Sends dots along the tracks for what happened since the look before. */
function animate(field: Element, { health, before, namespace }: Picture): void {
	if (!health || !before) return;
	const { requests, lanes, global, kv } = boxesIn(field);
	const then = folded(lanesOf(before.health, namespace));
	folded(lanesOf(health, namespace)).forEach((lane: Lane, n) => {
		const last = then.find(({ label }) => label === lane.label);
		if (!last) return;
		travel(field, requests, lanes[n], lane.arrived - last.arrived, "count");
		travel(field, lanes[n], global, lane.flushed - last.flushed, "batch");
	});
	const published = health.kv.publications - before.health.kv.publications;
	travel(field, global, kv, published, "totals");
}
