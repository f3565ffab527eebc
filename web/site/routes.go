package site

// Files are the routes of what people open.
func (s *Server) Files() []Route {
	return []Route{
		{Method: "GET", Path: "/static/{file}", Handle: s.static, Access: Public},
		{Method: "GET", Path: "/favicon.ico", Handle: s.favicon, Access: Public},
	}
}
