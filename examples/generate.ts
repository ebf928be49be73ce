/** Text from a model folder as transformers saves it, shown while it is made. Run: npx tsx examples/generate.ts FOLDER "She was angry because" */
import { generate, openLanguageModel, openTokenizer } from '../src/index.ts';

const [folder = 'models/smollm2-135m', prompt = 'She was angry because'] = process.argv.slice(2);
const tokenizer = await openTokenizer(folder);
const model = await openLanguageModel(folder);

const stream = tokenizer.stream(); // letters may be split between tokens
process.stdout.write(prompt);
for await (const { id } of generate(model, [{ ids: tokenizer.encode(prompt) }], { maxNew: 40, stop: tokenizer.eos }))
  process.stdout.write(stream.push(id));
process.stdout.write(`${stream.end()}\n`);

await model.dispose();
