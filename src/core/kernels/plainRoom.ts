import { zeros, type Vector } from "../vector.ts";
import { plainNormals, type Fill, type Lanes } from "./normals.ts";
import { passage, Room } from "./room.ts";
import { plainRules, type Block, type RuleName, type Stretch } from "./rules.ts";
import { plainDrawnWell, stepPlainly, type WellMap } from "./well.ts";

/** Where the plain kernels work: a memory, and kernels made for it. */
export class PlainRoom extends Room {
  protected override readonly draw: Fill;
  readonly #rules: ReturnType<typeof plainRules>;
  readonly #wellDrawn: ReturnType<typeof plainDrawnWell>;

  constructor(numbers: number) {
    super(zeros(passage + numbers));
    this.draw = plainNormals(this.memory);
    this.#rules = plainRules(this.memory);
    this.#wellDrawn = plainDrawnWell(this.memory);
  }
  rule(name: RuleName, block: Block, stretch: Stretch): void {
    this.#rules[name](block, stretch);
  }
  well(map: WellMap, theta: Vector, noise: Vector, from: number, steps: number): void {
    stepPlainly(map, theta, noise, from, steps);
  }
  wellDrawn(map: WellMap, theta: Vector, lanes: Lanes, steps: number): void {
    this.#wellDrawn(map, theta.byteOffset / 8, theta.length, lanes, steps);
  }
}
