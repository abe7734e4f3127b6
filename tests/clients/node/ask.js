// Asks an export by TensorFlow's binding for Node.js: node ask.js DIRECTORY ANSWERS < requests.json
//
// Each request is {"signature": ..., "inputs": {name: {"dtype": ..., "shape": ..., "values": ...}}}; answers have the
// same form, in a file, as TensorFlow's binding prints, too. It runs where node_modules is.
const fs = require('fs');
const path = require('path');
const tf = require(path.join(process.cwd(), 'node_modules', '@tensorflow', 'tfjs-node'));

async function answer(directory, request) {
  const model = await tf.node.loadSavedModel(directory, ['serve'], request.signature);
  const inputs = {};
  for (const [name, one] of Object.entries(request.inputs)) {
    inputs[name] = tf.tensor(one.values, one.shape, one.dtype);
  }
  const outputs = model.predict(inputs);
  const answers = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    // JSON has no integers of 64 bits.
    const values = Array.from(await tensor.data(), (value) => (typeof value === 'bigint' ? `${value}` : value));
    answers[name] = { dtype: tensor.dtype, shape: tensor.shape, values };
  }
  model.dispose();
  return answers;
}

async function main() {
  const requests = JSON.parse(fs.readFileSync(0, 'utf-8'));
  const answers = [];
  for (const request of requests) {
    answers.push(await answer(process.argv[2], request));
  }
  fs.writeFileSync(process.argv[3], JSON.stringify({ tensorflow: tf.backend().binding.TF_Version, answers }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
