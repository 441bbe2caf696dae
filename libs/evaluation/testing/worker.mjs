/** A worker whose tasks say what becomes of them. */
let input;
process.on('message', (message) => {
  if (message.type === 'open') input = message.input;
  else if (message.task === 'exit') process.exit(3);
  else if (message.task === 'fail') process.send({ type: 'failed', code: 'invalid_value', message: 'no' });
  else if (message.task === 'odd') process.send({ type: 'failed', code: 'unheard', message: 'of' });
  else if (message.task !== 'hang') {
    process.send({ type: 'progress', done: 1, total: 2 });
    process.send({ type: 'result', result: `${input} ${message.task}` });
  }
});
