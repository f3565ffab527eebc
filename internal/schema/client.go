package schema

// client is how a server is spoken to: http_config of Prometheus, and headers.
func client() []Key {
	return []Key{may("http_config", httpConfig()), may("headers", headers("Headers that are sent with every request: a text, or values, secrets and files.", true))}
}

func httpConfig() *Node {
	return mapping("How it is spoken to, as in Prometheus.", append(httpKeys(),
		may("http_headers", headers("Headers that are sent with every request.", false)))...).as("http_config")
}

func httpKeys() []Key {
	keys := []Key{
		may("basic_auth", mapping("User and password.",
			may("username", text("The user.")), may("username_file", text("File that holds the user.")),
			may("password", text("The password: rather name a file.")), may("password_file", text("File that holds the password.")))),
		may("authorization", authorization()),
		may("oauth2", oauth2()),
		may("bearer_token", text("A bearer token: rather use authorization.")),
		may("bearer_token_file", text("File that holds a bearer token: rather use authorization.")),
		may("tls_config", tls()),
		may("follow_redirects", boolean("Follow redirects.")),
		may("enable_http2", boolean("Speak HTTP/2 where the server does.")),
	}
	return append(keys, proxy()...)
}

func authorization() *Node {
	return mapping("What is sent as the header Authorization.",
		may("type", text("The scheme.").or("Bearer")),
		may("credentials", text("The token: rather name a file.")),
		may("credentials_file", text("File that holds the token.", "/run/secrets/mimir")))
}

func proxy() []Key {
	return []Key{
		may("proxy_url", text("URL of a proxy: http, https or socks5.")),
		may("no_proxy", text("Hosts that are reached without it, with commas between them.")),
		may("proxy_from_environment", boolean("Take the proxy from HTTP_PROXY, HTTPS_PROXY and NO_PROXY.")),
		may("proxy_connect_header", named("Headers that the proxy is sent.", text("A header."), list("Its values.", text("A value.")))),
	}
}

func tls() *Node {
	version := func(description string) *Node { return word(description, "TLS10", "TLS11", "TLS12", "TLS13") }
	return mapping("TLS towards the server.",
		may("ca", text("Certificates to trust, as PEM.")), may("ca_file", text("File of certificates to trust.", "ca.pem")),
		may("cert", text("Our certificate, as PEM.")), may("cert_file", text("File of our certificate.")),
		may("key", text("Its key: rather name a file.")), may("key_file", text("File of its key.")),
		may("server_name", text("The name that the server's certificate has to have.")),
		may("insecure_skip_verify", boolean("Trust any server: for trials only.")),
		may("min_version", version("The oldest version of TLS.")), may("max_version", version("The newest version of TLS.")))
}

func oauth2() *Node {
	return mapping("OAuth 2.0 with client credentials.", append([]Key{
		may("client_id", text("Who we are.")),
		may("client_secret", text("Our secret: rather name a file.")),
		may("client_secret_file", text("File that holds our secret.")),
		may("scopes", list("What we ask for.", text("A scope."))),
		may("token_url", text("Where tokens are to be had.")),
		may("grant_type", text("How a token is asked for.", "urn:ietf:params:oauth:grant-type:jwt-bearer").or("client_credentials")),
		may("client_certificate_key_id", text("Name of the key that signs the assertion, with jwt-bearer.")),
		may("client_certificate_key", text("The key that signs it: rather name a file.")),
		may("client_certificate_key_file", text("File of the key that signs it.")),
		may("signature_algorithm", text("How it is signed.", "RS256")),
		may("iss", text("Who issues the assertion; unless given, client_id.")),
		may("audience", text("Whom the assertion is for.")),
		may("claims", named("More claims of the assertion.", text("A claim."), &Node{description: "Its value."})),
		may("endpoint_params", named("Parameters of the request for a token.", text("A parameter."), text("Its value."))),
		may("tls_config", tls()),
	}, proxy()...)...)
}

func headers(description string, short bool) *Node {
	texts := func(description string) *Node { return list(description, text("A value.")) }
	full := mapping("Its values.", may("values", texts("Values.")), may("secrets", texts("Values that are never shown.")), may("files", texts("Files that hold values.")))
	value := full
	if short {
		value = either("Its value.", text("Its value, never shown."), full)
	}
	return named(description, text("Name of the header.", "X-Scope-OrgID"), value)
}
