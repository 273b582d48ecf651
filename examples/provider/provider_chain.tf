# With a chain and a wallet, for agreements that pay. The wallet's private key is in $C2D_PRIVATE_KEY, and nowhere else.
provider "c2d" {
  alias     = "consumer"
  namespace = "research"
  chain = {
    chain_id = 11155111
    rpc_urls = ["https://rpc.example.org", "https://rpc.example.net"] # or $C2D_RPC_URLS
  }
}

# With a keystore file, or with a signer that keeps the key to itself.
provider "c2d" {
  alias  = "keystore"
  chain  = { chain_id = 11155111 }
  wallet = { keystore = "/secrets/wallet.json", password_file = "/secrets/wallet.password" } # or $C2D_KEYSTORE_PASSWORD
}

provider "c2d" {
  alias  = "signer"
  chain  = { chain_id = 11155111 }
  wallet = { signer = { url = "http://localhost:8550", api = "Clef", address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" } }
}
