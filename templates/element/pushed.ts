import { define } from "./counter.ts";
import { Live } from "./live.ts";

define(Live);
