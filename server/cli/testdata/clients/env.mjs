// What the drivers are told of the server under test.

// env reads a variable that must be there: a driver without a server has failed.
export function env(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`${name} is not set; server/cli/clients_test.go says what the drivers want`);
    process.exit(2);
  }
  return value;
}
