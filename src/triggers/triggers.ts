/** Pedals, buttons, scanners and GPIO lines, learned by being pressed: the public face of this room. */
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { NewsFeed } from "../lib/news.ts";
import type { Database } from "../store/store.ts";
import { Bindings, type TriggerAction, type TriggerBinding, unknownTrigger } from "./bindings.ts";
import type { InputDevice } from "./devices.ts";
import { TriggerError } from "./errors.ts";
import { type GpioGroup, type GpioLine, gpioDevice, groupsOf, watchGpio } from "./gpio.ts";
import type { InputEvent, KeyEvent } from "./input-events.ts";
import { InputWatch } from "./input-watch.ts";
import { keyName } from "./key-names.ts";
import { KeyPresses } from "./key-presses.ts";
import { Learning } from "./learning.ts";
import type { Moment, Presses } from "./presses.ts";
import { Wedge } from "./wedge.ts";

export type { TriggerAction } from "./bindings.ts";
export { TriggerError, type TriggerErrorCode } from "./errors.ts";
export type { GpioLine } from "./gpio.ts";
export type { Moment, Presses } from "./presses.ts";

export interface TriggersOptions {
  readonly enabled: boolean;
  /** The folder of the event files, /dev/input. */
  readonly inputFolder: string;
  /** What the kernel says of them; /sys/class/input unless told. */
  readonly sysfs?: string;
  readonly gpio: readonly GpioLine[];
  readonly database: Database;
  readonly presses: Presses;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
}

/** A learned trigger as it is shown. */
export interface TriggerView extends TriggerBinding {
  /** "B", "F5", "line 17". */
  readonly key: string;
  /** Its device is there. */
  readonly isConnected: boolean;
  /** Since this start of the box: for trying it out. */
  readonly presses: number;
  readonly lastPressedAt: number | null;
}

export interface TriggerState {
  readonly enabled: boolean;
  readonly isLearning: boolean;
  readonly triggers: readonly TriggerView[];
  readonly devices: readonly InputDevice[];
  readonly problems: readonly TriggerProblem[];
}

/** What keeps triggers from working, for the person at the screen. */
export interface TriggerProblem {
  readonly level: "notice" | "caution";
  readonly message: string;
}

/** Presses under way; a foot is slower. */
const mostAtOnce = 16;
const learnWithinMs = 15_000;

export class Triggers {
  readonly #options: TriggersOptions;
  readonly #bindings: Bindings;
  readonly #keys: KeyPresses;
  readonly #wedges = new Map<string, Wedge>();
  readonly #pressed = new Map<string, { presses: number; at: number }>();
  readonly #gpioGroups: readonly GpioGroup[];
  readonly #gpioProblems = new Map<GpioGroup, string>();
  #inputs: InputWatch | undefined;
  #learning: Learning | undefined;
  #underway = 0;
  #isStopped = false;

  constructor(options: TriggersOptions) {
    this.#options = options;
    this.#gpioGroups = groupsOf(options.gpio);
    this.#bindings = new Bindings(options.database, options.clock);
    this.#keys = new KeyPresses({
      of: (device, code) => this.#bindings.of(device, code),
      moment: () => options.presses.moment(),
      act: (binding, moment) => this.#act(binding, moment),
    });
  }

  /** Listens until the signal aborts; then ends what was being learned, and acts on nothing more. */
  async run(signal: AbortSignal): Promise<void> {
    const { enabled, inputFolder, sysfs = "/sys/class/input" } = this.#options;
    if (!enabled) return;
    this.#inputs = new InputWatch({
      ...{ folder: inputFolder, sysfs, signal },
      onEvent: (device, file, event) => this.#event(device, file, event),
      onLost: (device, file) => this.#lost(device, file),
      onFiles: () => this.#changed(),
    });
    signal.addEventListener("abort", () => this.#stop(), { once: true });
    const gpio = watchGpio({
      ...{ groups: this.#gpioGroups, signal },
      onKey: (device, event) => {
        if (!this.#isStopped) this.#key(device, event);
      },
      onLost: (device, lines) => this.#keys.lost(device.id, lines),
      onProblem: (group, message) => this.#gpioProblem(group, message),
    });
    await Promise.all([this.#inputs.run(), gpio]);
  }

  state(): TriggerState {
    const { enabled } = this.#options;
    const groups = enabled ? this.#gpioGroups.filter((group) => !this.#gpioProblems.has(group)) : [];
    const chips = [...new Set(groups.map(({ chip }) => chip))].map(gpioDevice);
    const inputs = enabled ? (this.#inputs?.devices() ?? []) : [];
    const present = new Set(inputs.map(({ id }) => id));
    const lines = groups.flatMap(({ chip, lines: alike }) => alike.map(({ line }) => `${gpioDevice(chip).id} ${line}`));
    const watched = new Set(lines);
    const triggers = this.#bindings.list().map((binding) => {
      const { id, device, code } = binding;
      const pressed = this.#pressed.get(id);
      const [presses, lastPressedAt] = [pressed?.presses ?? 0, pressed?.at ?? null];
      const isConnected = present.has(device) || watched.has(`${device} ${code}`);
      return { ...binding, key: keyName(device, code), isConnected, presses, lastPressedAt };
    });
    const devices = [...inputs, ...chips];
    return { enabled, isLearning: this.#learning !== undefined, triggers, devices, problems: this.problems() };
  }

  problems(): TriggerProblem[] {
    if (!this.#options.enabled) return [];
    const bindings = this.#bindings.list();
    const stuck = [...new Set(this.#keys.stuck(performance.now()))];
    const messages = [
      ...this.#missing(),
      ...stuck.map((name) => `${name} has been held down for 10 seconds: it is stuck, or something stands on it.`),
      // What is wrong with the program or the chip is wrong with every line of it.
      ...new Set(this.#gpioProblems.values()),
    ];
    const unreadable = [...new Set(this.#inputs?.unreadable.map(({ name }) => name))].slice(0, 3).join(", ");
    const cure = "add the user of this service to the group input (docs/triggers.md)";
    return [
      // A box without any trigger may well be meant so.
      ...(unreadable === ""
        ? []
        : [
            {
              level: bindings.length > 0 ? ("caution" as const) : ("notice" as const),
              message: `Pedals and scanners are not heard (${unreadable}): ${cure}.`,
            },
          ]),
      ...messages.map((message) => ({ level: "caution" as const, message })),
    ];
  }

  /** Learned devices that are not there. One that may not be read is not also said to be missing. */
  #missing(): string[] {
    const inputs = this.#inputs;
    if (inputs === undefined || !inputs.hasLooked || inputs.unreadable.length > 0) return [];
    const present = new Set(inputs.devices().map(({ id }) => id));
    const missing = this.#bindings.list().filter(({ device }) => !device.startsWith("gpio:") && !present.has(device));
    return [...new Set(missing.map(({ deviceName }) => deviceName))].map(
      (name) => `${name} is not connected: its triggers do nothing. Check its cable or its battery.`,
    );
  }

  /**
   * Waits for the next key of any device to be pressed, short or for a second, and keeps it. What is pressed meanwhile does
   * nothing else. Throws TriggerError "triggers-off", "already-learning", "nothing-pressed", "several-keys",
   * "learning-cancelled", "too-many-triggers".
   */
  async learn(
    { action, source }: { readonly action: TriggerAction; readonly source: string | null },
    actor: string,
    signal: AbortSignal,
  ): Promise<TriggerView> {
    if (!this.#options.enabled) {
      throw new TriggerError("triggers-off", "Triggers are switched off in the settings (triggers.enabled).");
    }
    if (this.#learning !== undefined) {
      const message = "Another screen is learning a trigger now. End that first, or wait 15 seconds.";
      throw new TriggerError("already-learning", message);
    }
    const learning = new Learning(learnWithinMs);
    const cancel = (): void => learning.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    this.#learning = learning;
    try {
      const { device, code, press } = await learning.learned;
      const { id } = this.#bindings.add(
        { device: device.id, deviceName: device.name, code, press, action, source },
        actor,
      );
      return this.#view(id);
    } finally {
      signal.removeEventListener("abort", cancel);
      this.#learning = undefined;
      this.#changed();
    }
  }

  /** Ends what is being learned; nothing is changed by it. */
  cancelLearning(): void {
    this.#learning?.cancel();
  }

  /** Throws TriggerError "unknown-trigger". */
  forget(id: string, actor: string): void {
    this.#bindings.remove(id, actor);
    this.#pressed.delete(id);
    this.#changed();
  }

  /** Does what the trigger does, as if it were pressed. Rejects with the refusal, or TriggerError "unknown-trigger". */
  async test(id: string): Promise<TriggerView> {
    const binding = this.#bindings.get(id);
    if (binding === undefined) throw unknownTrigger();
    await this.#options.presses.act(binding.action, binding.source);
    return this.#view(id);
  }

  #view(id: string): TriggerView {
    const found = this.state().triggers.find((trigger) => trigger.id === id);
    if (found === undefined) throw unknownTrigger();
    return found;
  }

  #event(device: InputDevice, file: string, event: InputEvent): void {
    if (this.#isStopped) return;
    if (event === "lost") this.#lost(device, file);
    else if (!this.#key(device, event)) this.#typed(file, event);
  }

  /** True: it was a trigger, or is being learned. */
  #key(device: InputDevice, event: KeyEvent): boolean {
    if (this.#learning === undefined) return this.#keys.key(device, event);
    this.#learning.key(device, event);
    // What was down before is let go all the same.
    if (event.edge === "up") this.#keys.key(device, event);
    return true;
  }

  #typed(file: string, event: KeyEvent): void {
    const wedge = this.#wedges.get(file) ?? new Wedge();
    this.#wedges.set(file, wedge);
    const text = wedge.key(event);
    if (text !== undefined) this.#options.presses.scanned(text);
  }

  #lost(device: InputDevice, file: string): void {
    this.#keys.lost(device.id);
    this.#wedges.delete(file);
  }

  #act(binding: TriggerBinding, moment?: Moment): void {
    const { clock, log, news, presses } = this.#options;
    const { id, action, source } = binding;
    this.#pressed.set(id, { presses: (this.#pressed.get(id)?.presses ?? 0) + 1, at: clock() });
    news.tell({ topic: "trigger", id });
    if (this.#underway >= mostAtOnce) {
      presses.refuse("Too many presses at once: the box is still busy with those before. Press again.");
      return;
    }
    this.#underway += 1;
    // The refusal was told to whoever listens to outcomes.
    presses
      .act(action, source, moment)
      .catch((error: unknown) => log.warn({ trigger: id, action, error: String(error) }, "a trigger was refused"))
      .finally(() => {
        this.#underway -= 1;
      });
  }

  #gpioProblem(group: GpioGroup, message: string | null): void {
    if ((this.#gpioProblems.get(group) ?? null) === message) return;
    if (message === null) this.#gpioProblems.delete(group);
    else this.#gpioProblems.set(group, message);
    const lines = group.lines.map(({ line }) => line);
    this.#options.log.warn({ chip: group.chip, lines, message }, "a GPIO chip");
    this.#changed();
  }

  #stop(): void {
    this.#isStopped = true;
    this.#learning?.cancel();
    this.#keys.stop();
  }

  #changed(): void {
    const { news } = this.#options;
    news.tell({ topic: "trigger" });
    news.tell({ topic: "health" });
  }
}
