import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ShownNamespace } from "../runtime/dashboard/shown.ts";
import { actionsOf } from "./actions.ts";
import type { Api } from "./api.ts";
import { ChartPanel } from "./chart-panel.tsx";
import { ConfirmDialog, type Question } from "./confirm-dialog.tsx";
import { CostPanel } from "./cost-panel.tsx";
import { CounterTable } from "./counter-table.tsx";
import { Flow } from "./flow.tsx";
import { Follower } from "./follower.ts";
import { many } from "./format.ts";
import { HistoryPanel } from "./history-panel.tsx";
import { LimitPanel } from "./limit-panel.tsx";
import { newPicture, type Picture } from "./picture.ts";
import { Refusals } from "./refusals.tsx";
import { TopPanel } from "./top-panel.tsx";
import { Writes } from "./writes.tsx";

/** Time that a notice stays. */
const NOTICE_MS = 8_000;

interface Notice {
	text: string;
	isBad: boolean;
}

interface Props {
	api: Api;
	namespace: ShownNamespace;
	/** Keeps what was seen of each namespace, by its binding. */
	pictures: Map<string, Picture>;
	/** Is told that the token opens nothing any more. */
	onDenied(): void;
}

/** Shows one namespace, and follows it while it is shown. */
export function NamespaceView({ api, namespace, pictures, onDenied }: Props) {
	const [picture, setPicture] = useState(
		pictures.get(namespace.namespace) ?? newPicture(namespace),
	);
	const [asked, setPicked] = useState<string>();
	const [question, setQuestion] = useState<Question>();
	const [notice, setNotice] = useState<Notice>();
	const follower = useRef<Follower>(undefined);

	useEffect(() => {
		const onPicture = (next: Picture) => {
			pictures.set(namespace.namespace, next);
			setPicture(next);
		};
		const own = new Follower(api, picture, onPicture, onDenied);
		follower.current = own;
		document.title = `${namespace.name} · Counters`;
		return () => own.stop();
	}, []);
	useEffect(() => {
		if (!notice) return;
		const timer = setTimeout(() => setNotice(undefined), NOTICE_MS);
		return () => clearTimeout(timer);
	}, [notice]);
	const actions = useMemo(
		() =>
			actionsOf(api, namespace, {
				onDone: (text) => {
					setNotice({ text, isBad: false });
					follower.current?.poke();
				},
				onFailed: (text) => setNotice({ text, isBad: true }),
				onDenied,
			}),
		[],
	);

	const { totals, health } = picture;
	const series = totals.counters.get(asked ?? "");
	const picked = series && asked;
	const shown = picked ?? totals.highest();
	return (
		<main class={picture.connection === "lost" ? "is-lost" : ""}>
			<Flow
				picture={picture}
				actions={actions}
				onFlush={(shards) =>
					setQuestion({
						verb: "Flush",
						what: `${many(shards.length, "shard")} of ${namespace.name}`,
						consequence:
							"They write what they hold to the global object now, before their thresholds ask for it. No count is lost.",
						word: namespace.name,
						refusal: "Let it wait",
						isDanger: false,
						act: () => void actions.flush(shards),
					})
				}
			/>
			<div class="panels">
				<div class="column">
					<ChartPanel
						title={picked ?? "All counters"}
						series={series ?? totals.sum}
						revision={totals.revision}
						{...(picked !== undefined && {
							onAll: () => setPicked(undefined),
						})}
					/>
					{shown !== undefined && namespace.history.length > 0 && (
						<HistoryPanel
							api={api}
							mount={namespace.mount}
							counter={shown}
							total={totals.counters.get(shown)?.last}
							units={namespace.history}
							onDenied={onDenied}
						/>
					)}
					{shown !== undefined && namespace.isBounded && (
						<LimitPanel
							api={api}
							mount={namespace.mount}
							counter={shown}
							total={totals.counters.get(shown)?.last}
							onDenied={onDenied}
						/>
					)}
					<CounterTable
						picture={picture}
						picked={picked}
						onPick={setPicked}
						actions={actions}
						onReset={(counter) =>
							setQuestion({
								verb: "Reset",
								what:
									counter ??
									`all ${many(health?.counters ?? 0, "counter")} of ${namespace.name}`,
								consequence:
									"It is back to nothing in the shards, in the global object and in KV. Nobody can bring it back.",
								word: counter ?? namespace.name,
								refusal: "Keep it",
								isDanger: true,
								act: () => void actions.reset(counter),
							})
						}
					/>
				</div>
				<div class="column">
					{(namespace.history.length > 0 || namespace.costs.top > 0) && (
						<TopPanel
							api={api}
							mount={namespace.mount}
							units={namespace.history}
							published={namespace.costs.top}
							sum={totals.sum?.last}
							picked={picked}
							onPick={setPicked}
							onDenied={onDenied}
						/>
					)}
					<CostPanel picture={picture} />
					<Refusals picture={picture} />
					{namespace.writeLog > 0 && <Writes writes={picture.writes} />}
				</div>
			</div>
			{question && (
				<ConfirmDialog
					question={question}
					onClose={() => setQuestion(undefined)}
				/>
			)}
			<div role="status" class="notice">
				{notice && <p class={notice.isBad ? "is-bad" : ""}>{notice.text}</p>}
			</div>
		</main>
	);
}
